extension VolumeView {
  /// Copies a region of one plane across k, and so many planes before and behind it as further channels; voxels beyond the
  /// grid get `fill`.
  ///
  /// Shape: `result` is (height, width, plane, channel) of the region, the planes in their order along k.
  public func read(
    _ region: Region, context: Int, fill: Float, into result: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(context >= 0 && (context == 0 || region.size.depth == 1), "a plane has neighbours")
    guard context > 0 else { return read(region, fill: fill, into: result) }
    let planes = 2 * context + 1
    precondition(
      result.count == region.size.count * planes * channels, "the region has one value per voxel, plane and channel")
    let (columns, rows) = (region.overlap(with: grid.size, axis: 0), region.overlap(with: grid.size, axis: 1))
    let neighbours = Region(
      origin: SIMD3(region.origin.x, region.origin.y, region.origin.z - context),
      size: GridSize(width: region.size.width, height: region.size.height, depth: planes))
    if !neighbours.isInside(grid.size) { result.update(repeating: fill) }
    for k in neighbours.overlap(with: grid.size, axis: 2) {
      for j in rows {
        var source = ((k * grid.size.height + j) * grid.size.width + columns.lowerBound) * channels
        let voxel = (j - region.origin.y) * region.size.width + columns.lowerBound - region.origin.x
        var target = (voxel * planes + k - neighbours.origin.z) * channels
        for _ in columns {
          for channel in 0..<channels { result[target &+ channel] = voxels[source &+ channel] }
          source &+= channels
          target &+= planes &* channels
        }
      }
    }
  }
}
