import Testing
import Volumes

@Suite struct RegionTests {
  private static let size = GridSize(width: 4, height: 3, depth: 2)
  /// Two channels: the voxel's index, and the same plus 100.
  private static let volume = Volume(
    grid: Grid(
      size: size, affine: Affine(i: SIMD3(1, 0, 0), j: SIMD3(0, 2, 0), k: SIMD3(0, 0, 3), translation: SIMD3(5, 6, 7)),
      unit: .millimetres), channels: 2,
    voxels: (0..<size.count).flatMap { [Float($0), Float($0 + 100)] })

  private func read(_ region: Region, fill: Float) -> [Float] {
    var result = [Float](repeating: .nan, count: region.size.count * 2)
    result.withUnsafeMutableBufferPointer { Self.volume.read(region, fill: fill, into: $0) }
    return result
  }

  @Test("A region has the grid's voxels where it overlaps the grid, and the fill elsewhere")
  func reading() {
    for x in -6...5 {
      for y in -3...3 {
        for z in -2...2 {
          let region = Region(origin: SIMD3(x, y, z), size: GridSize(width: 5, height: 2, depth: 3))
          let values = read(region, fill: -1)
          for (voxel, place) in (0..<region.size.count).map({ ($0, SIMD3($0 % 5, $0 / 5 % 2, $0 / 10)) }) {
            let index = place &+ region.origin
            let isInside = (0..<3).allSatisfy { (0..<Self.size[$0]).contains(index[$0]) }
            let expected: Float = isInside ? Self.volume[index.x, index.y, index.z] : -1
            #expect(values[2 * voxel] == expected && values[2 * voxel + 1] == (isInside ? expected + 100 : -1))
          }
        }
      }
    }
  }

  @Test("The ranges of a region's planes have each of its voxels, from the first one to the last")
  func ranges() {
    for (x, width) in [(-2, 3), (0, 4), (3, 5), (4, 1)] {
      for y in -1...3 {
        let region = Region(origin: SIMD3(x, y, -1), size: GridSize(width: width, height: 2, depth: 3))
        let ranges = region.planeRanges(in: Self.size)
        var voxels: [[Int]] = []
        for k in 0..<2 {
          let inside = (0..<12).filter { voxel in
            (x..<x + width).contains(voxel % 4) && (y..<y + 2).contains(voxel / 4)
          }
          if !inside.isEmpty { voxels.append(inside.map { k * 12 + $0 }) }
        }
        #expect(ranges.map(\.lowerBound) == voxels.map { $0[0] })
        #expect(ranges.map(\.upperBound) == voxels.map { $0[$0.count - 1] + 1 })
      }
    }
  }

  @Test("A part keeps the place of its voxels in the world", arguments: 0...2)
  func parts(axis: Int) {
    let region = Region(plane: 1, across: axis, of: Self.size)
    let part = Self.volume.part(region)
    #expect(part.grid.size[axis] == 1 && part.grid.size.count == Self.size.count / Self.size[axis])
    #expect(part.voxels == read(region, fill: .nan))
    var index = SIMD3<Double>.zero
    index[axis] = 1
    #expect(part.grid.affine(.zero) == Self.volume.grid.affine(index))
    let labels = LabelMap(grid: Self.volume.grid, labels: (0..<Self.size.count).map(UInt8.init))
    #expect(
      labels.part(region).labels.map(Float.init)
        == stride(from: 0, to: part.voxels.count, by: 2).map { part.voxels[$0] })
  }

  @Test("A plane with its neighbours has them as further channels, and the fill where there are none", arguments: 0...2)
  func context(context: Int) {
    for x in [-1, 0, 2] {
      for k in 0..<2 {
        let size = GridSize(width: 3, height: 5, depth: 1)
        let region = Region(origin: SIMD3(x, -1, k), size: size)
        let planes = 2 * context + 1
        var values = [Float](repeating: .nan, count: size.count * planes * 2)
        values.withUnsafeMutableBufferPointer { Self.volume.read(region, context: context, fill: -1, into: $0) }
        for plane in 0..<planes {
          let alone = read(Region(origin: SIMD3(x, -1, k + plane - context), size: size), fill: -1)
          let found = (0..<size.count).flatMap { voxel in
            (0..<2).map { values[(voxel * planes + plane) * 2 + $0] }
          }
          #expect(found == alone)
        }
      }
    }
  }

  @Test("The whole of a grid is inside it; one voxel more is not")
  func inside() {
    var region = Region(whole: Self.size)
    #expect(region.isInside(Self.size) && Self.volume.part(region).voxels == Self.volume.voxels)
    region.size.height += 1
    #expect(!region.isInside(Self.size))
    #expect(Region(origin: SIMD3(9, 0, 0), size: Self.size).overlap(with: Self.size, axis: 0).isEmpty)
  }
}
