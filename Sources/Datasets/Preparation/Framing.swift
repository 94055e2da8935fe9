import Volumes

/// How one axis of an image lies in the axis that a network sees.
public struct AxisFraming: Codable, Hashable, Sendable {
  /// The number of voxels of the image.
  public let sourceSize: Int
  /// The number of voxels that the network sees.
  public let framedSize: Int
  /// The offset of the image's voxel 0 in the network's input; negative where the image is cropped.
  public let offset: Int

  /// Centres an image in a frame; of an odd difference the larger half lies at the end.
  public init(sourceSize: Int, framedSize: Int) {
    precondition(sourceSize > 0 && framedSize > 0, "an axis has at least one voxel")
    self.sourceSize = sourceSize
    self.framedSize = framedSize
    offset = (framedSize - sourceSize) / 2
  }

  /// Centres an image in the next multiple of a number, from a minimum on.
  public init(sourceSize: Int, multipleOf factor: Int, minimum: Int = 1) {
    precondition(factor > 0, "a size is a multiple of a number of at least 1")
    let least = max(sourceSize, minimum)
    self.init(sourceSize: sourceSize, framedSize: (least + factor - 1) / factor * factor)
  }

  /// The first voxel of the image that lies within the frame.
  var sourceStart: Int { max(0, -offset) }
  /// Where that voxel lies in the frame.
  var framedStart: Int { max(0, offset) }
  /// The number of voxels of the image within the frame.
  var overlap: Int { min(sourceSize, framedSize) }
}

/// How an image, or a plane of it, lies in the box of voxels that a network sees, which is padded or cropped to the size
/// that the network's downsamplings need.
public struct Framing: Codable, Hashable, Sendable {
  /// Along i.
  public let width: AxisFraming
  /// Along j.
  public let height: AxisFraming
  /// Along k.
  public let depth: AxisFraming

  /// Makes a framing of three axes.
  public init(width: AxisFraming, height: AxisFraming, depth: AxisFraming) {
    self.width = width
    self.height = height
    self.depth = depth
  }

  /// Centres an image in a box, padding or cropping each axis.
  public init(source: GridSize, framed: GridSize) {
    width = AxisFraming(sourceSize: source.width, framedSize: framed.width)
    height = AxisFraming(sourceSize: source.height, framedSize: framed.height)
    depth = AxisFraming(sourceSize: source.depth, framedSize: framed.depth)
  }

  /// Pads a plane, of depth 1, for a 2-D network that halves it `downsamplings` times: width and height become multiples
  /// of 2^downsamplings of at least `minimum`.
  public init(plane: GridSize, downsamplings: Int, minimum: Int = 1) {
    precondition(plane.depth == 1, "a plane has a depth of 1")
    let factor = 1 << downsamplings
    width = AxisFraming(sourceSize: plane.width, multipleOf: factor, minimum: minimum)
    height = AxisFraming(sourceSize: plane.height, multipleOf: factor, minimum: minimum)
    depth = AxisFraming(sourceSize: 1, framedSize: 1)
  }

  /// Pads an image for a 3-D network that halves it `downsamplings` times: each axis becomes a multiple of
  /// 2^downsamplings of at least `minimum`.
  public init(volume: GridSize, downsamplings: Int, minimum: Int = 1) {
    let factor = 1 << downsamplings
    width = AxisFraming(sourceSize: volume.width, multipleOf: factor, minimum: minimum)
    height = AxisFraming(sourceSize: volume.height, multipleOf: factor, minimum: minimum)
    depth = AxisFraming(sourceSize: volume.depth, multipleOf: factor, minimum: minimum)
  }

  /// The size of the image or plane.
  public var sourceSize: GridSize {
    GridSize(width: width.sourceSize, height: height.sourceSize, depth: depth.sourceSize)
  }
  /// The size of the box that the network sees.
  public var framedSize: GridSize {
    GridSize(width: width.framedSize, height: height.framedSize, depth: depth.framedSize)
  }

  var sourceStart: GridOffset { GridOffset(width.sourceStart, height.sourceStart, depth.sourceStart) }
  var framedStart: GridOffset { GridOffset(width.framedStart, height.framedStart, depth.framedStart) }
  var overlap: GridSize { GridSize(width: width.overlap, height: height.overlap, depth: depth.overlap) }
}

/// Steps along i, j and k.
typealias GridOffset = SIMD3<Int>
