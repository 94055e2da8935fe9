import Testing
import Volumes

@Suite("Resampling")
struct ResamplingTests {
  static let orders: [Int: Interpolation] = [0: .nearest, 1: .linear, 3: .cubic]

  @Test("agrees with SciPy, along the axes and across them, within the image and beyond")
  func golden() throws {
    let golden: Golden.Resampling = try Golden.load("scans/resampling.json")
    let source = Volume(grid: Grid(golden.size, Affine(golden.affine)), voxels: golden.values)
    #expect(golden.cases.count == 15)
    for item in golden.cases {
      let interpolation = try #require(Self.orders[item.order])
      let target = Grid(item.size, Affine(item.affine))
      let result = source.resampled(to: target, interpolation: interpolation, outside: golden.outside)
      #expect(result.grid == target)
      let worst = zip(result.voxels, item.values).map { abs($0 - $1) }.max()
      #expect(try #require(worst) < 5e-6, "\(item.name), order \(item.order)")
    }
  }

  @Test("onto its own grid changes no bit", arguments: Interpolation.allCases)
  func identity(_ interpolation: Interpolation) {
    let volume = numberedVolume([7, 1, 5], affine: ReorientationTests.oblique, channels: 3)
    let result = volume.resampled(to: volume.grid, interpolation: interpolation)
    #expect(result.voxels == volume.voxels)
  }

  @Test("onto a reoriented grid is reorientation", arguments: Interpolation.allCases)
  func reorientation(_ interpolation: Interpolation) {
    let volume = numberedVolume([4, 3, 5], affine: ReorientationTests.oblique)
    let turned = volume.reoriented(to: .ras)
    let result = volume.resampled(to: turned.grid, interpolation: interpolation)
    for (value, expected) in zip(result.voxels, turned.voxels) { #expect(abs(value - expected) < 1e-4) }
  }

  @Test("keeps a ramp a ramp away from the border", arguments: [Interpolation.linear, .cubic])
  func ramp(_ interpolation: Interpolation) throws {
    let grid = Grid([24, 22, 20], ReorientationTests.oblique)
    func value(_ point: SIMD3<Double>) -> Float { Float(2 * point.x - point.y + 0.5 * point.z) }
    var volume = Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.size.count))
    for k in 0..<20 {
      for j in 0..<22 {
        for i in 0..<24 { volume[i, j, k] = value(grid.affine(SIMD3(Double(i), Double(j), Double(k)))) }
      }
    }
    var oblique = Grid([5, 5, 5], grid.affine.after(rotation(degrees: 25, about: .anterior)))
    oblique.affine.translation = grid.affine(SIMD3(9.3, 10.1, 8.7))
    var aligned = Grid([5, 5, 5], grid.affine.after(Affine(scale: SIMD3(0.7, 1.1, 0.4))))
    aligned.affine.translation = grid.affine(SIMD3(9.3, 9.1, 8.7))
    for target in [oblique, aligned] {
      let result = volume.resampled(to: target, interpolation: interpolation)
      for k in 0..<5 {
        for i in 0..<5 {
          let expected = value(target.affine(SIMD3(Double(i), 2, Double(k))))
          #expect(abs(result[i, 2, k] - expected) < 1e-3)
        }
      }
    }
  }

  @Test("to a spacing keeps the field of view's centre and directions")
  func spacing() throws {
    let grid = Grid([10, 8, 1], ReorientationTests.oblique)
    let finer = try grid.resampled(toSpacing: SIMD3(0.35, 0.5, 2.5))
    #expect(finer.size == GridSize(width: 20, height: 19, depth: 1))
    #expect(((finer.spacing - SIMD3(0.35, 0.5, 2.5)) * (finer.spacing - SIMD3(0.35, 0.5, 2.5))).sum() < 1e-20)
    let shift = grid.affine(SIMD3(4.5, 3.5, 0)) - finer.affine(SIMD3(9.5, 9, 0))
    #expect((shift * shift).sum() < 1e-20)
    #expect(finer.orientation == grid.orientation)
    let coarsest = try grid.resampled(toSpacing: SIMD3(repeating: 1000))
    #expect(coarsest.size == GridSize(width: 1, height: 1, depth: 1))
    #expect(try grid.resampled(toSpacing: grid.spacing).isSameGrid(as: grid, toleranceVoxels: 1e-9))
  }

  @Test("treats every channel alike, on both paths", arguments: Interpolation.allCases)
  func channels(_ interpolation: Interpolation) {
    let two = numberedVolume([5, 4, 3], channels: 2)
    let second = Volume(grid: two.grid, voxels: two.voxels.indices.filter { $0 % 2 == 1 }.map { two.voxels[$0] })
    for affine in [Affine(scale: SIMD3(0.6, 0.9, 0.7)), rotation(degrees: 20, about: .superior)] {
      let target = Grid([6, 5, 4], affine)
      let both = two.resampled(to: target, interpolation: interpolation, outside: -1)
      let alone = second.resampled(to: target, interpolation: interpolation, outside: -1)
      for index in alone.voxels.indices { #expect(abs(both.voxels[2 * index + 1] - alone.voxels[index]) < 1e-4) }
    }
  }

  @Test("takes for a label that of the nearest voxel, and `outside` beyond half a voxel")
  func labels() throws {
    let grid = Grid([3, 1, 1], Affine(scale: SIMD3(2, 1, 1)))
    let labels = LabelMap(grid: grid, labels: [1, 2, 3])
    let target = Grid(
      [8, 1, 1], Affine(i: SIMD3(1, 0, 0), j: SIMD3(0, 1, 0), k: SIMD3(0, 0, 1), translation: SIMD3(-1.9, 0, 0)))
    #expect(labels.resampled(to: target, outside: LabelMap.ignored).labels == [255, 1, 1, 2, 2, 3, 3, 255])
    let finer = try labels.resampled(toSpacing: SIMD3(1, 1, 1))
    #expect(finer.labels == [1, 1, 2, 2, 3, 3])
  }

  @Test("of one voxel, of a singular grid and of NaN comes back without a crash", arguments: Interpolation.allCases)
  func degenerate(_ interpolation: Interpolation) throws {
    let one = Volume(grid: Grid([1, 1, 1], .identity), voxels: [7])
    let finer = try one.resampled(toSpacing: SIMD3(repeating: 0.5), interpolation: interpolation)
    #expect(finer.voxels.count == 8)
    #expect(finer.voxels.allSatisfy { abs($0 - 7) < 1e-5 })
    let singular = Volume(grid: Grid([1, 1, 2], Affine(scale: SIMD3(1, 0, 1))), voxels: [1, 2])
    #expect(singular.resampled(to: one.grid, interpolation: interpolation, outside: 4).voxels == [4])
    let target = Grid([3, 3, 3], Affine(scale: SIMD3(repeating: .nan)))
    #expect(
      one.resampled(to: target, interpolation: interpolation, outside: 4).voxels == Array(repeating: 4, count: 27))
    let broken = Volume(grid: Grid([3, 1, 1], .identity), voxels: [.nan, 1, .infinity])
    #expect(try broken.resampled(toSpacing: SIMD3(0.7, 1, 1), interpolation: interpolation).voxels.count == 4)
  }
}

@Suite("Affine maps")
struct AffineTests {
  @Test("are undone by their inverses, and singular ones have none")
  func inverse() throws {
    let map = ReorientationTests.oblique
    let back = try #require(map.inverse).after(map)
    let point = SIMD3(3.0, -4.5, 12.25)
    let error = back(point) - point
    #expect((error * error).sum() < 1e-24)
    #expect(Affine(scale: SIMD3(1, 0, 1)).inverse == nil)
    #expect(Affine(scale: SIMD3(1, .nan, 1)).inverse == nil)
    #expect(abs(map.determinant.magnitude - 0.7 * 1.2 * 2.5) < 1e-12)
  }
}
