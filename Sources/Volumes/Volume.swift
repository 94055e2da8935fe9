/// An image: one or more numbers at each voxel of a grid.
///
/// Shape: voxels are stored as (depth, height, width, channel), the channel varying fastest.
public struct Volume: Sendable {
  /// The grid of the voxels.
  public var grid: Grid
  /// The number of channels; at least 1.
  public let channels: Int
  /// The values; `grid.size.count * channels` of them.
  public var voxels: [Float]

  /// Makes a volume.
  public init(grid: Grid, channels: Int = 1, voxels: [Float]) {
    precondition(voxels.count == grid.size.count * channels, "a volume has one value per voxel and channel")
    self.grid = grid
    self.channels = channels
    self.voxels = voxels
  }

  /// The value at voxel (i, j, k) of a channel.
  public subscript(i: Int, j: Int, k: Int, channel channel: Int = 0) -> Float {
    get { voxels[((k * grid.size.height + j) * grid.size.width + i) * channels + channel] }
    set { voxels[((k * grid.size.height + j) * grid.size.width + i) * channels + channel] = newValue }
  }
}
