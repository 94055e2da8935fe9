/// An image whose voxels are stored elsewhere, such as in an array, or in a file that is mapped into memory; valid while they
/// are.
///
/// Shape: as `Volume` has it.
public struct VolumeView {
  /// The grid of the voxels.
  public let grid: Grid
  /// The number of channels; at least 1.
  public let channels: Int
  /// The values; `grid.size.count * channels` of them.
  public let voxels: UnsafeBufferPointer<Float>

  /// Makes a view of voxels.
  public init(grid: Grid, channels: Int = 1, voxels: UnsafeBufferPointer<Float>) {
    precondition(voxels.count == grid.size.count * channels, "a volume has one value per voxel and channel")
    (self.grid, self.channels, self.voxels) = (grid, channels, voxels)
  }

  /// Copies a region; voxels beyond the grid get `fill` in every channel.
  ///
  /// Shape: `result` is (depth, height, width, channel) of the region.
  public func read(_ region: Region, fill: Float, into result: UnsafeMutableBufferPointer<Float>) {
    region.read(voxels, of: grid.size, channels: channels, fill: fill, into: result)
  }
}

extension Volume {
  /// Calls `body` with a view of the volume, which is valid until it returns.
  public func withView<Result>(_ body: (VolumeView) throws -> Result) rethrows -> Result {
    try voxels.withUnsafeBufferPointer { try body(VolumeView(grid: grid, channels: channels, voxels: $0)) }
  }
}
