import Datasets
import Networks
import Volumes

// Where volumes become tensors and back: a 2-D network sees the slices of a volume along one axis.

/// A volume turned so that its slices lie along k.
package struct SlicedVolume {
  /// The turned volume; its slices' pixels lie together, as a network's input has them.
  package let volume: Volume
  private let turn: Reorientation
  private let slicing: Slicing

  /// Turns a volume. A plane image, and a volume without an anatomical orientation, stay as they are.
  package init(_ volume: Volume, along axis: BodyAxis) {
    turn = Self.turn(of: volume.grid, along: axis)
    self.volume = volume.reoriented(by: turn)
    slicing = Slicing(size: self.volume.grid.size, axis: 2)
  }

  /// Labels on the same grid, turned alike.
  package func turned(_ labels: LabelMap) -> LabelMap { labels.reoriented(by: turn) }

  /// Labels of the turned grid, turned back.
  package func restored(_ labels: LabelMap) -> LabelMap { labels.reoriented(by: turn.inverse) }

  package var sliceCount: Int { slicing.count }
  package var planeSize: GridSize { slicing.planeSize }
  package func layout(ofSlice index: Int) -> VoxelLayout { slicing.layout(ofPlane: index) }

  /// The grid of one slice.
  package var planeGrid: Grid {
    var grid = volume.grid
    grid.size.depth = 1
    return grid
  }

  /// The grid of one slice of a volume that is not read yet.
  package static func planeGrid(of grid: Grid, along axis: BodyAxis) -> Grid {
    var plane = grid.reoriented(by: turn(of: grid, along: axis))
    plane.size.depth = 1
    return plane
  }

  private static func turn(of grid: Grid, along axis: BodyAxis) -> Reorientation {
    let source = grid.orientation
    guard grid.size.depth > 1, grid.unit == .millimetres else { return Reorientation(from: source, to: source) }
    return Reorientation(from: source, to: Orientation(slicesAcross: axis))
  }
}

extension Framing {
  /// The smallest window that holds a plane, is no smaller than `least`, and fits a network.
  init(plane: GridSize, least: Extent, multiple: Extent) {
    self.init(
      width: AxisFraming(sourceSize: plane.width, multipleOf: multiple.width, minimum: least.width),
      height: AxisFraming(sourceSize: plane.height, multipleOf: multiple.height, minimum: least.height),
      depth: AxisFraming(sourceSize: 1, framedSize: 1))
  }

  /// What a 2-D network sees.
  var window: Extent { Extent(height: height.framedSize, width: width.framedSize) }
}
