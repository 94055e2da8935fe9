import Datasets
import Foundation
import Testing
import Volumes

@Suite("A common spacing")
struct CommonSpacingTests {
  private let spacing = CommonSpacing(spacingMM: SIMD3(1, 2, 1.5), interpolation: .cubic)

  /// A grid that is neither aligned nor isotropic: i towards anterior, j towards inferior, k towards right.
  private func grid(_ width: Int, _ height: Int, _ depth: Int) -> Grid {
    Grid(
      size: GridSize(width: width, height: height, depth: depth),
      affine: Affine(
        i: SIMD3(0.1, 0.7, 0), j: SIMD3(0, 0.05, -0.6), k: SIMD3(1.8, 0, 0.1), translation: SIMD3(3, -7, 11)),
      unit: .millimetres)
  }

  @Test("is along right, anterior and superior, whatever the order of a grid's axes")
  func axes() throws {
    let target = try spacing.grid(covering: grid(20, 30, 10))
    #expect(abs(target.spacing.x - 2) < 1e-12 && abs(target.spacing.y - 1.5) < 1e-12)
    #expect(abs(target.spacing.z - 1) < 1e-12)
    #expect(target.orientation == grid(20, 30, 10).orientation)
  }

  @Test("covers the field of view, so that neither grid has voxel centres outside the other")
  func covering() throws {
    for width in 2..<12 {
      for wanted in [0.31, 0.5, 0.9, 1.3, 2.2, 4.7] {
        let source = grid(width, 5, 3)
        let target = try CommonSpacing(spacingMM: SIMD3(repeating: wanted), interpolation: .linear).grid(
          covering: source)
        for (from, to) in [(source, target), (target, source)] {
          let inverse = try #require(to.affine.inverse)
          for corner in [SIMD3<Double>.zero, SIMD3(Double(from.size.width - 1), 0, 0)] {
            let place = inverse(from.affine(corner))
            #expect(place.x > -0.501 && place.x < Double(to.size.width) - 0.499, "\(width) \(wanted)")
          }
        }
      }
    }
  }

  @Test("leaves planes, and spacings that differ by rounding alone, as they are")
  func unchanged() throws {
    let same = CommonSpacing(spacingMM: SIMD3(1.0005, 1, 1), interpolation: .linear)
    let cube = Grid(size: GridSize(width: 4, height: 4, depth: 4), affine: .identity, unit: .millimetres)
    #expect(try same.grid(covering: cube) == cube)
    let plane = Grid(size: GridSize(width: 4, height: 4), affine: Affine(scale: SIMD3(1, 1, 9)), unit: .millimetres)
    #expect(try same.grid(covering: plane) == plane)
  }

  @Test("brings labels to it and back almost as they were, and probabilities exactly where nothing is mixed")
  func back() throws {
    let source = Grid(size: GridSize(width: 24, height: 20, depth: 16), affine: .identity, unit: .millimetres)
    var labels = [UInt8](repeating: 0, count: source.size.count)
    for k in 0..<16 {
      for j in 0..<20 {
        for i in 0..<24 {
          let (x, y, z) = (Double(i) - 11.5, Double(j) - 9.5, Double(k) - 7.5)
          labels[(k * 20 + j) * 24 + i] = x * x + y * y + z * z < 36 ? 2 : i < 3 ? 1 : 0
        }
      }
    }
    let map = LabelMap(grid: source, labels: labels)
    let finer = CommonSpacing(spacingMM: SIMD3(0.8, 0.8, 0.7), interpolation: .linear)
    let resampled = try finer.labels(map)
    #expect(Set(resampled.labels) == [0, 1, 2])
    var probabilities = [Float](repeating: 0, count: resampled.labels.count * 3)
    for (voxel, label) in resampled.labels.enumerated() { probabilities[voxel * 3 + Int(label)] = 1 }
    let volume = Volume(grid: resampled.grid, channels: 3, voxels: probabilities)
    let restored = try Self.labels(of: volume, on: source)
    let wrong = zip(restored, labels).filter { $0 != $1 }.count
    #expect(wrong < labels.count / 100, "\(wrong) of \(labels.count)")
    #expect(try Self.labels(of: volume, on: resampled.grid) == resampled.labels)
  }

  /// The classes of the largest probabilities on a grid, each plane of which comes as soon as it can.
  private static func labels(of probabilities: Volume, on grid: Grid) throws -> [UInt8] {
    let resampling = try #require(
      CommonSpacing.planeResampling(of: probabilities.grid, to: grid, channels: probabilities.channels))
    let plane = probabilities.grid.size.width * probabilities.grid.size.height * probabilities.channels
    var labels: [UInt8] = []
    probabilities.voxels.withUnsafeBufferPointer { voxels in
      for index in 0..<probabilities.grid.size.depth {
        resampling.add(index, UnsafeBufferPointer(rebasing: voxels[index * plane..<(index + 1) * plane])) { _, values in
          for voxel in 0..<values.count / 3 {
            let own = values[3 * voxel..<3 * voxel + 3]
            labels.append(UInt8(own.firstIndex(of: own.max()!)! - 3 * voxel))
          }
        }
      }
    }
    return labels
  }

  @Test("is the median along each anatomical axis, and is stored as three numbers")
  func median() throws {
    #expect(CommonSpacing.median(of: [grid(2, 2, 2)]).x == grid(2, 2, 2).spacing.z)
    let grids = [1.0, 3, 2].map {
      Grid(
        size: GridSize(width: 2, height: 2, depth: 2), affine: Affine(scale: SIMD3(repeating: $0)), unit: .millimetres)
    }
    #expect(CommonSpacing.median(of: grids) == SIMD3(2, 2, 2))
    let json = try JSONEncoder().encode(spacing)
    #expect(try JSONDecoder().decode(CommonSpacing.self, from: json) == spacing)
    #expect(spacing.description == "1 x 2 x 1.5 mm (right, anterior, superior), cubic")
    let wrong = Data(#"{"spacing_mm": [1, 0, 1], "interpolation": "linear"}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(CommonSpacing.self, from: wrong) }
  }
}
