import Foundation
import Networks
import Volumes

/// The tiles that cover a grid: regions of one size in rows along i, j and k, and how much each counts at each voxel.
///
/// The weights of all tiles at a voxel add up to 1. They are products of one weight for each axis, since the tiles' origins
/// are: where one tile covers the grid its weights are exactly 1.
public struct Tiling: Sendable {
  /// The grid that is covered.
  public let size: GridSize
  /// The size of each tile.
  public let tileSize: GridSize
  /// Along i, j and k.
  let axes: [TilingAxis]

  /// Covers a grid.
  ///
  /// - Parameters:
  ///   - multiple: The length of a tile along each axis becomes the next multiple of it.
  public init(covering size: GridSize, shape: TileShape, multiple: Extent = Extent(height: 1, width: 1)) {
    self.size = size
    axes = [
      TilingAxis(size.width, shape.width, multiple.width, shape.weights),
      TilingAxis(size.height, shape.height, multiple.height, shape.weights),
      TilingAxis(size.depth, shape.depth, multiple.depth, shape.weights),
    ]
    tileSize = GridSize(width: axes[0].length, height: axes[1].length, depth: axes[2].length)
  }

  /// The number of tiles.
  public var count: Int { axes.reduce(1) { $0 * $1.origins.count } }

  /// A tile, from 0; first along i, then along j, then along k.
  public subscript(index: Int) -> Region {
    let place = place(of: index)
    return Region(
      origin: SIMD3(axes[0].origins[place.x], axes[1].origins[place.y], axes[2].origins[place.z]), size: tileSize)
  }

  /// Which tile it is along each axis.
  func place(of index: Int) -> SIMD3<Int> {
    let (width, height) = (axes[0].origins.count, axes[1].origins.count)
    return SIMD3(index % width, index / width % height, index / (width * height))
  }
}

/// The tiles along one axis.
struct TilingAxis: Sendable {
  /// The length of each tile.
  let length: Int
  /// The index of each tile's first voxel, ascending; negative for a tile that is longer than the axis.
  let origins: [Int]
  /// For each tile the weight of each of its voxels, 0 beyond the grid.
  let weights: [[Float]]

  init(_ size: Int, _ shape: TileLength, _ multiple: Int, _ kind: TileWeights) {
    func rounded(_ length: Int) -> Int { (length + multiple - 1) / multiple * multiple }
    switch shape {
    case .whole(let least):
      length = rounded(max(size, least))
      origins = Self.origins(size, length, step: length)
    case .part(let wanted, let overlap):
      precondition(wanted > 0 && 0 <= overlap && overlap < 1, "a tile is longer than its overlap")
      length = rounded(wanted)
      origins = Self.origins(size, length, step: max(1, Int(Double(length) * (1 - overlap))))
    }
    weights = Self.weights(size, length, origins, kind)
  }

  /// Evenly spaced, by at most a step; a tile that is longer than the axis has it in its middle, the odd voxel at the end.
  private static func origins(_ size: Int, _ length: Int, step: Int) -> [Int] {
    guard size > length else { return [-((length - size) / 2)] }
    let gaps = (size - length + step - 1) / step
    return (0...gaps).map { ($0 * (size - length) + gaps / 2) / gaps }
  }

  private static func weights(_ size: Int, _ length: Int, _ origins: [Int], _ kind: TileWeights) -> [[Float]] {
    let kernel = (0..<length).map { kind.weight(at: $0, of: length) }
    let nearest = kind == .crop ? nearestTiles(size, length, origins) : nil
    func value(_ tile: Int, _ voxel: Int) -> Double {
      nearest.map { $0[voxel] == tile ? 1 : 0 } ?? kernel[voxel - origins[tile]]
    }
    var sums = [Double](repeating: 0, count: size)
    for (tile, origin) in origins.enumerated() {
      for voxel in max(0, origin)..<min(size, origin + length) { sums[voxel] += value(tile, voxel) }
    }
    return origins.enumerated().map { tile, origin in
      (origin..<origin + length).map { voxel in
        (0..<size).contains(voxel) ? Float(value(tile, voxel) / sums[voxel]) : 0
      }
    }
  }

  /// For each voxel the tile whose centre is the nearest.
  private static func nearestTiles(_ size: Int, _ length: Int, _ origins: [Int]) -> [Int] {
    (0..<size).map { voxel in
      // Twice the distance, which is whole.
      origins.indices.min { abs(2 * (voxel - origins[$0]) + 1 - length) < abs(2 * (voxel - origins[$1]) + 1 - length) }!
    }
  }
}

extension TileWeights {
  /// The weight of a voxel of a tile along one axis, before it is divided by the sum of all tiles'.
  fileprivate func weight(at voxel: Int, of length: Int) -> Double {
    guard case .gaussian(let share) = self else { return 1 }
    let distance = (Double(voxel) + 0.5 - Double(length) / 2) / (share * Double(length))
    return exp(-distance * distance / 2)
  }
}
