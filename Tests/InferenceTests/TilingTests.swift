import Foundation
import Inference
import Networks
import Testing
import Volumes

@Suite struct TilingTests {
  private static let size = GridSize(width: 37, height: 20, depth: 9)
  private static let shapes: [TileShape] = [.crop, .mean, .gaussian(share: 0.125)].map {
    TileShape(
      width: .part(16, overlap: 0.5), height: .whole(atLeast: 24), depth: .part(4, overlap: 0.25), weights: $0)
  }

  @Test("A tile that is longer than the grid has it in its middle, the odd voxel at the end")
  func centres() {
    let shape = TileShape(width: .whole(atLeast: 1), height: .whole(atLeast: 17), depth: .part(1, overlap: 0))
    let tiling = Tiling(
      covering: GridSize(width: 35, height: 5, depth: 3), shape: shape, multiple: Extent(height: 4, width: 8))
    #expect(tiling.tileSize == GridSize(width: 40, height: 20, depth: 1))
    #expect((0..<tiling.count).map { tiling[$0].origin } == (0..<3).map { SIMD3(-2, -7, $0) })
  }

  @Test("Tiles cover every voxel, evenly spaced, and overlap by at least what was asked for", arguments: [0, 0.3, 0.5])
  func covers(overlap: Double) {
    for size in 1...40 {
      let shape = TileShape(
        width: .part(8, overlap: overlap), height: .whole(atLeast: 1), depth: .part(1, overlap: 0))
      let tiling = Tiling(covering: GridSize(width: size, height: 1), shape: shape)
      let origins = (0..<tiling.count).map { tiling[$0].origin.x }
      guard size > 8 else {
        #expect(origins == [-((8 - size) / 2)])
        continue
      }
      #expect(origins.first == 0 && origins.last == size - 8)
      let gaps = zip(origins, origins.dropFirst()).map { $1 - $0 }
      #expect(gaps.allSatisfy { $0 >= 1 && $0 <= Int(8 * (1 - overlap)) })
      #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    }
  }

  @Test("The tiles' own voxels come back as they were, whatever the weights", arguments: shapes)
  func identity(shape: TileShape) throws {
    let tiling = Tiling(covering: Self.size, shape: shape)
    let volume = Volume(
      grid: Grid(size: Self.size, affine: .identity, unit: .pixels), channels: 2,
      voxels: (0..<2 * Self.size.count).map { Float($0 % 1009) + 1 })
    var planes: [Int] = []
    let back = aggregate(tiling, channels: 2) {
      volume.read(tiling[$0], fill: .nan, into: $1)
    } read: {
      planes.append($0)
    }
    #expect(planes == Array(0..<Self.size.depth))
    for (found, value) in zip(back, volume.voxels) { #expect(abs(found / value - 1) < 1e-6) }
  }

  @Test("Cropped tiles give each voxel the value of the tile whose centre is the nearest")
  func crop() {
    let tiling = Tiling(covering: Self.size, shape: Self.shapes[0])
    let found = aggregate(tiling, channels: 1) {
      $1.update(repeating: Float($0))
    } read: { _ in
    }
    for (voxel, tile) in found.enumerated() {
      let place = SIMD3(voxel % 37, voxel / 37 % 20, voxel / (37 * 20))
      func distance(_ index: Int, _ axis: Int) -> Double {
        abs(Double(place[axis] - tiling[index].origin[axis]) + 0.5 - Double(tiling.tileSize[axis]) / 2)
      }
      for axis in 0..<3 {
        #expect((0..<tiling.count).allSatisfy { distance(Int(tile), axis) <= distance($0, axis) })
      }
    }
  }

  @Test("Overlapping tiles give the weighted mean of their values, by weights of their definition", arguments: shapes)
  func means(shape: TileShape) {
    let tiling = Tiling(covering: Self.size, shape: shape)
    let found = aggregate(tiling, channels: 1) { tile, values in
      for index in values.indices { values[index] = Float((tile * 7919 + index * 104_729) % 1000) / 1000 }
    } read: { _ in
    }
    func weight(_ tile: Region, _ voxel: SIMD3<Int>) -> Double {
      guard case .gaussian(let share) = shape.weights else { return 1 }
      return (0..<3).reduce(1) { product, axis in
        let length = Double(tile.size[axis])
        let distance = Double(voxel[axis] - tile.origin[axis]) + 0.5 - length / 2
        return product * exp(-distance * distance / (2 * share * share * length * length))
      }
    }
    guard shape.weights != .crop else { return }
    for index in stride(from: 0, to: Self.size.count, by: 7) {
      let voxel = SIMD3(index % 37, index / 37 % 20, index / (37 * 20))
      var (sum, weights) = (0.0, 0.0)
      for tile in 0..<tiling.count {
        let (region, local) = (tiling[tile], voxel &- tiling[tile].origin)
        guard (0..<3).allSatisfy({ (0..<region.size[$0]).contains(local[$0]) }) else { continue }
        let place = (local.z * region.size.height + local.y) * region.size.width + local.x
        let value = Double(Float((tile * 7919 + place * 104_729) % 1000) / 1000)
        sum += weight(region, voxel) * value
        weights += weight(region, voxel)
      }
      #expect(abs(Double(found[index]) - sum / weights) < 1e-5)
    }
  }

  @Test("Where one tile covers the grid its values come back to the bit", arguments: shapes)
  func whole(shape: TileShape) {
    let size = GridSize(width: 11, height: 20, depth: 3)
    let tiling = Tiling(covering: size, shape: shape)
    let value: Float = 0.1
    #expect(tiling.count == 1)
    #expect(
      aggregate(tiling, channels: 1) {
        $1.update(repeating: value)
      } read: { _ in
      }.allSatisfy { $0 == value })
  }

  /// Sends tiles through an aggregator and joins the planes.
  private func aggregate(
    _ tiling: Tiling, channels: Int, write: (Int, UnsafeMutableBufferPointer<Float>) -> Void, read: (Int) -> Void
  ) -> [Float] {
    let aggregator = Aggregator(tiling, channels: channels)
    var (tile, result) = ([Float](repeating: 0, count: tiling.tileSize.count * channels), [Float]())
    func collect(_ index: Int, _ plane: UnsafeBufferPointer<Float>) {
      read(index)
      result += plane
    }
    for index in 0..<tiling.count {
      tile.withUnsafeMutableBufferPointer { write(index, $0) }
      tile.withUnsafeBufferPointer { aggregator.add(index, $0, read: collect) }
    }
    aggregator.finish(read: collect)
    return result
  }
}
