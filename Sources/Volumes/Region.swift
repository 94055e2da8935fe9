/// A box of voxels of a grid, such as a slice, a patch or the whole; it may extend beyond the grid.
public struct Region: Hashable, Sendable {
  /// The index (i, j, k) of its first voxel in the grid; negative where it begins before the grid.
  public var origin: SIMD3<Int>
  /// The number of voxels along each axis.
  public var size: GridSize

  /// Makes a region.
  public init(origin: SIMD3<Int>, size: GridSize) {
    (self.origin, self.size) = (origin, size)
  }

  /// Makes the region that covers a grid.
  public init(whole size: GridSize) { self.init(origin: .zero, size: size) }

  /// Makes the plane of an index across axis 0 (i), 1 (j) or 2 (k) of a grid.
  public init(plane index: Int, across axis: Int, of size: GridSize) {
    precondition((0..<size[axis]).contains(index), "the plane is in the grid")
    self.init(whole: size)
    origin[axis] = index
    self.size[axis] = 1
  }

  /// Whether the region is inside a grid of this size.
  public func isInside(_ grid: GridSize) -> Bool {
    (0..<3).allSatisfy { origin[$0] >= 0 && origin[$0] + size[$0] <= grid[$0] }
  }

  /// The indices along an axis that a grid of this size has too; empty where there are none.
  public func overlap(with grid: GridSize, axis: Int) -> Range<Int> {
    let first = max(0, origin[axis])
    return first..<max(first, min(grid[axis], origin[axis] + size[axis]))
  }
}

extension Region {
  /// Copies the region out of a volume's voxels; those beyond the grid get `fill`.
  ///
  /// Shape: `voxels` is (depth, height, width, channel) of the grid, `result` the same of the region.
  package func read<Element: BitwiseCopyable>(
    _ voxels: UnsafeBufferPointer<Element>, of grid: GridSize, channels: Int, fill: Element,
    into result: UnsafeMutableBufferPointer<Element>
  ) {
    precondition(voxels.count == grid.count * channels, "the grid has one value per voxel and channel")
    precondition(result.count == size.count * channels, "the region has one value per voxel and channel")
    if !isInside(grid) { result.update(repeating: fill) }
    let (columns, rows) = (overlap(with: grid, axis: 0), overlap(with: grid, axis: 1))
    guard !columns.isEmpty, let from = voxels.baseAddress, let to = result.baseAddress else { return }
    for k in overlap(with: grid, axis: 2) {
      for j in rows {
        let source = (k * grid.height + j) * grid.width + columns.lowerBound
        let target = ((k - origin.z) * size.height + j - origin.y) * size.width + columns.lowerBound - origin.x
        (to + target * channels).update(from: from + source * channels, count: columns.count * channels)
      }
    }
  }
}

extension Region {
  /// Where the region's rows are stored in voxels of a grid: for each plane a range from the first row to the last one.
  public func planeRanges(in grid: GridSize) -> [Range<Int>] {
    let (columns, rows) = (overlap(with: grid, axis: 0), overlap(with: grid, axis: 1))
    guard !columns.isEmpty, !rows.isEmpty else { return [] }
    return overlap(with: grid, axis: 2).map { k in
      let plane = k * grid.height
      return (plane + rows.lowerBound) * grid.width + columns.lowerBound..<(plane + rows.upperBound - 1) * grid.width
        + columns.upperBound
    }
  }
}

extension Grid {
  /// The grid of a region of this one: every voxel keeps its place in the world.
  public func part(_ region: Region) -> Grid {
    var part = self
    part.size = region.size
    let origin = region.origin
    part.affine.translation = affine(SIMD3(Double(origin.x), Double(origin.y), Double(origin.z)))
    return part
  }
}

extension Volume {
  /// Copies a region; voxels beyond the grid get `fill` in every channel.
  ///
  /// Shape: `result` is (depth, height, width, channel) of the region.
  public func read(_ region: Region, fill: Float, into result: UnsafeMutableBufferPointer<Float>) {
    withView { $0.read(region, fill: fill, into: result) }
  }

  /// A region as a volume of its own; it is inside the grid.
  public func part(_ region: Region) -> Volume {
    precondition(region.isInside(grid.size), "the region is inside the volume")
    let count = region.size.count * channels
    return Volume(
      grid: grid.part(region), channels: channels,
      voxels: [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
        read(region, fill: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        initialised = count
      })
  }
}

extension LabelMap {
  /// A region as a label map of its own; it is inside the grid.
  public func part(_ region: Region) -> LabelMap {
    precondition(region.isInside(grid.size), "the region is inside the label map")
    let count = region.size.count
    return LabelMap(
      grid: grid.part(region),
      labels: [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
        labels.withUnsafeBufferPointer {
          region.read(
            $0, of: grid.size, channels: 1, fill: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
        initialised = count
      })
  }
}
