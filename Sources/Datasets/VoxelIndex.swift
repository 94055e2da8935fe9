import Volumes

/// The place of a voxel in its grid.
public struct VoxelIndex: Hashable, Sendable, CustomStringConvertible {
  /// The index along i (width), from 0.
  public let i: Int
  /// The index along j (height), from 0.
  public let j: Int
  /// The index along k (depth), from 0.
  public let k: Int

  /// Makes an index.
  public init(i: Int, j: Int, k: Int) { (self.i, self.j, self.k) = (i, j, k) }

  /// The indices of the voxel at an offset in a grid's storage, depth slowest and width fastest.
  init(offset: Int, in size: GridSize) {
    i = offset % size.width
    j = offset / size.width % size.height
    k = offset / (size.width * size.height)
  }

  /// `(i, j, k) = (1, 2, 3)`.
  public var description: String { "(i, j, k) = (\(i), \(j), \(k))" }
}
