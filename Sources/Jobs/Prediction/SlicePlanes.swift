import Datasets
import Networks
import Volumes

// Where volumes become tensors and back: a 2-D network sees the slices of a volume along one axis.

/// A volume reoriented so that its slices lie along k.
package struct SlicedVolume {
  /// The reoriented volume; the pixels of a slice are contiguous, as in the input of a network.
  package let volume: Volume
  private let turn: Reorientation
  private let slicing: Slicing

  /// Reorients a volume. A plane image, and a volume without an anatomical orientation, are not changed.
  package init(_ volume: Volume, along axis: BodyAxis) {
    turn = Self.turn(of: volume.grid, along: axis)
    self.volume = volume.reoriented(by: turn)
    slicing = Slicing(size: self.volume.grid.size, axis: 2)
  }

  /// Whether a grid can be cut across an axis; see `check(_:for:)`.
  static func isKnown(_ axis: BodyAxis, on grid: Grid) -> Bool {
    axis == .superior || grid.size.depth == 1 || grid.unit != .pixels
  }

  /// Checks that grids can be cut across an axis: without a physical size nothing says which voxel axis is which of the
  /// body's, so that volumes in pixels can only be cut along k, as the default does. Plane images fit any axis.
  ///
  /// - Throws: `JobError.sliceAxis` with all that cannot be.
  package static func check(_ axis: BodyAxis, for grids: [(name: String, grid: Grid)]) throws {
    let unknown = grids.filter { !isKnown(axis, on: $0.grid) }
    guard unknown.isEmpty else { throw JobError.sliceAxis(axis: axis, cases: unknown.map(\.name)) }
  }

  /// How grids are cut, for people, such as `axial slices`.
  package static func description(of axis: BodyAxis, for grids: [Grid]) -> String {
    let volumes = grids.filter { $0.size.depth > 1 }
    guard !volumes.isEmpty else { return "plane images" }
    return volumes.contains { $0.unit == .pixels }
      ? "slices along the third voxel axis (the volumes have no physical size)" : "\(axis.plane) slices"
  }

  /// Labels on the same grid, reoriented alike.
  package func turned(_ labels: LabelMap) -> LabelMap { labels.reoriented(by: turn) }

  /// Labels of the reoriented grid, in the original orientation.
  package func restored(_ labels: LabelMap) -> LabelMap { labels.reoriented(by: turn.inverse) }

  /// A volume on the reoriented grid, in the original orientation.
  func restored(_ volume: Volume) -> Volume { volume.reoriented(by: turn.inverse) }

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
