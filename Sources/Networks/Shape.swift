/// An extent in space, in the order of storage: depth, height, width.
public struct Extent: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Along NIfTI's k; 1 in a 2-D network.
  public var depth: Int
  /// Along NIfTI's j.
  public var height: Int
  /// Along NIfTI's i, the axis that varies fastest.
  public var width: Int

  /// Makes an extent; each number is at least 1.
  public init(depth: Int = 1, height: Int, width: Int) {
    self.depth = depth
    self.height = height
    self.width = width
  }

  /// The number of pixels.
  public var count: Int { depth * height * width }

  /// `height x width`, or `depth x height x width`.
  public var description: String { depth == 1 ? "\(height)x\(width)" : "\(depth)x\(height)x\(width)" }
}

/// The shape of an activation.
///
/// Spoken of as [batch, channels, depth, height, width]; stored as (batch, depth, height, width, channel).
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// The number of images.
  public var batch: Int
  /// The number of numbers a pixel.
  public var channels: Int
  /// The size of each image.
  public var extent: Extent

  /// Makes a shape; each number is at least 1.
  public init(batch: Int, channels: Int, extent: Extent) {
    self.batch = batch
    self.channels = channels
    self.extent = extent
  }

  /// The number of values.
  public var count: Int { batch * channels * extent.count }
  /// The number of pixels of all images.
  public var pixels: Int { batch * extent.count }

  /// `[batch, channels, depth, height, width]`.
  public var description: String {
    "[\(batch), \(channels), \(extent.depth), \(extent.height), \(extent.width)]"
  }
}

/// A view of an activation in a buffer that something else owns.
public struct Tensor {
  /// What the values mean.
  public let shape: Shape
  /// The values, channels-last; `shape.count` of them.
  public let values: UnsafeMutableBufferPointer<Float>

  package init(shape: Shape, start: UnsafeMutablePointer<Float>) {
    self.shape = shape
    values = UnsafeMutableBufferPointer(start: start, count: shape.count)
  }

  var start: UnsafeMutablePointer<Float> { values.baseAddress! }
}
