import Machine
import Networks
import Volumes

/// Puts the probabilities of a tiling's tiles back together, and hands each plane across k over once it is complete.
///
/// It holds as many planes as a tile is deep, not the volume. A plane's values do not depend on how many tiles come at a
/// time. Not for use by two threads at once.
public final class Aggregator {
  private let tiling: Tiling
  private let channels: Int
  private let planeValues: Int
  /// The planes that are not complete, each at its index modulo their number.
  private let planes: UnsafeMutableBufferPointer<Float>
  private let planeCount: Int
  /// The first plane that has not been handed over.
  private var firstPlane = 0

  /// Makes an aggregator of the tiles of a tiling, with so many values a voxel.
  public init(_ tiling: Tiling, channels: Int) {
    (self.tiling, self.channels) = (tiling, channels)
    planeValues = tiling.size.width * tiling.size.height * channels
    planeCount = min(tiling.size.depth, tiling.tileSize.depth)
    planes = allocateFloats(planeValues * planeCount)
  }

  deinit { planes.deallocate() }

  /// The memory that an aggregator takes, in bytes.
  static func bytes(_ tiling: Tiling, channels: Int) -> Int {
    ByteCount.product(
      tiling.size.width, tiling.size.height, min(tiling.size.depth, tiling.tileSize.depth), channels,
      MemoryLayout<Float>.stride)
  }

  /// Adds the next tile, after handing over the planes that neither it nor a later one reaches.
  ///
  /// - Parameters:
  ///   - values: Shape: (depth, height, width, channel) of the tile.
  ///   - read: Receives a plane's index and its values, (height, width, channel) of the grid.
  public func add(
    _ index: Int, _ values: UnsafeBufferPointer<Float>, read: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    let (region, place) = (tiling[index], tiling.place(of: index))
    let depths = region.overlap(with: tiling.size, axis: 2)
    try handOver(until: depths.lowerBound, read)
    let weights = (0..<3).map { tiling.axes[$0].weights[place[$0]] }
    let rows = region.overlap(with: tiling.size, axis: 1)
    Threads.forEach(depths.count * rows.count) { row in
      let (k, j) = (depths.lowerBound + row / rows.count, rows.lowerBound + row % rows.count)
      addRow(j, k, of: region, values.baseAddress!, weights)
    }
  }

  /// Hands over what is left.
  public func finish(read: (Int, UnsafeBufferPointer<Float>) throws -> Void) rethrows {
    try handOver(until: tiling.size.depth, read)
  }

  private func plane(_ k: Int) -> UnsafeMutablePointer<Float> {
    planes.baseAddress! + k % planeCount * planeValues
  }

  private func handOver(until end: Int, _ read: (Int, UnsafeBufferPointer<Float>) throws -> Void) rethrows {
    while firstPlane < end {
      let values = UnsafeMutableBufferPointer(start: plane(firstPlane), count: planeValues)
      try read(firstPlane, UnsafeBufferPointer(values))
      values.update(repeating: 0)
      firstPlane += 1
    }
  }

  private func addRow(
    _ j: Int, _ k: Int, of region: Region, _ values: UnsafePointer<Float>, _ weights: [[Float]]
  ) {
    let columns = region.overlap(with: tiling.size, axis: 0)
    let (row, depth) = (j - region.origin.y, k - region.origin.z)
    let first = columns.lowerBound - region.origin.x
    let from = values + ((depth * region.size.height + row) * region.size.width + first) * channels
    let to = plane(k) + (j * tiling.size.width + columns.lowerBound) * channels
    let weight = weights[1][row] * weights[2][depth]
    weights[0].withUnsafeBufferPointer { weights in
      for column in 0..<columns.count {
        let share = weights[first &+ column] * weight
        let place = column &* channels
        for channel in 0..<channels { to[place &+ channel] += share * from[place &+ channel] }
      }
    }
  }
}
