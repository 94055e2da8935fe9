/// A segmentation: the index of a class at each voxel of a grid.
///
/// Shape: labels are stored as (depth, height, width). They are class indices from 0 (background), not file values.
public struct LabelMap: Sendable, Equatable {
  /// The grid of the voxels.
  public var grid: Grid
  /// The class indices; `grid.size.count` of them.
  public var labels: [UInt8]

  /// The label of voxels that nobody drew (outside the field of view, padding): no loss and no metric counts them.
  public static let ignored: UInt8 = 255

  /// Makes a label map.
  public init(grid: Grid, labels: [UInt8]) {
    precondition(labels.count == grid.size.count, "a label map has one label per voxel")
    self.grid = grid
    self.labels = labels
  }

  /// The class index at voxel (i, j, k).
  public subscript(i: Int, j: Int, k: Int) -> UInt8 {
    get { labels[(k * grid.size.height + j) * grid.size.width + i] }
    set { labels[(k * grid.size.height + j) * grid.size.width + i] = newValue }
  }
}
