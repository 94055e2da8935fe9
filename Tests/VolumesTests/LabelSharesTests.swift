import Testing
import Volumes

@Suite("Labels by linear shares")
struct LabelSharesTests {
  /// The definition, slowly: a share for each class, from whole numbers of 2^-20 along each axis.
  static func reference(_ map: LabelMap, at point: SIMD3<Double>) -> UInt8 {
    let size = map.grid.size
    var shares = [Int](repeating: 0, count: 256)
    var (low, upper) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    var nearest = SIMD3<Int>.zero
    for axis in 0..<3 {
      let last = Double(size[axis] - 1)
      let folded = min(max(point[axis] < 0 ? -point[axis] : min(point[axis], 2 * last - point[axis]), 0), last)
      low[axis] = Int(folded)
      upper[axis] = Int((Double(Float(folded - Double(low[axis]))) * 1_048_576).rounded())
      nearest[axis] = min(max(Int((point[axis] + 0.5).rounded(.down)), 0), size[axis] - 1)
    }
    for corner in 0..<8 {
      var share = 1
      var index = low
      for axis in 0..<3 {
        let isUpper = corner >> axis & 1 == 1
        share *= isUpper ? upper[axis] : 1_048_576 - upper[axis]
        if isUpper { index[axis] = min(low[axis] + 1, size[axis] - 1) }
      }
      shares[Int(map[index.x, index.y, index.z])] += share
    }
    let most = shares.max() ?? 0
    let own = map[nearest.x, nearest.y, nearest.z]
    return shares[Int(own)] == most ? own : UInt8(shares.firstIndex(of: most) ?? 0)
  }

  static func randomLabels(_ size: [Int], classes: [UInt8]) -> LabelMap {
    var state: UInt32 = 7
    let grid = Grid(size, .identity)
    return LabelMap(
      grid: grid,
      labels: (0..<grid.size.count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return classes[Int(state >> 16) % classes.count]
      })
  }

  @Test("are those of the definition, along the axes, half-way between voxels, permuted and across")
  func definition() {
    let half = Affine(
      i: SIMD3(0.5, 0, 0), j: SIMD3(0, 0.5, 0), k: SIMD3(0, 0, 0.5), translation: SIMD3(repeating: 0.25))
    let permuted = Affine(
      i: SIMD3(0, 0, 0.5), j: SIMD3(-0.8, 0, 0), k: SIMD3(0, 0.7, 0), translation: SIMD3(11, 0.1, 0.5))
    let turned = rotation(degrees: 30, about: .superior).after(Affine(scale: SIMD3(0.7, 0.6, 0.5)))
    for size in [[12, 9, 7], [1, 5, 40], [34, 1, 1]] {
      let map = Self.randomLabels(size, classes: [0, 1, 2, 9, LabelMap.ignored])
      for affine in [half, permuted, turned, Affine(scale: SIMD3(1.4, 0.9, 1.7)), .identity] {
        let target = Grid([17, 14, 11], affine)
        let found = map.resampled(to: target, interpolation: .linear, outside: 77)
        for k in 0..<11 {
          for j in 0..<14 {
            for i in 0..<17 {
              let point = affine(SIMD3(Double(i), Double(j), Double(k)))
              let isInside = (0..<3).allSatisfy { point[$0] >= -0.5 && point[$0] <= Double(size[$0]) - 0.5 }
              #expect(found[i, j, k] == (isInside ? Self.reference(map, at: point) : 77))
            }
          }
        }
      }
    }
  }

  @Test("give equal shares to the nearest voxel's class, or else to the lowest")
  func ties() {
    let pair = LabelMap(grid: Grid([2, 1, 1], .identity), labels: [9, 4])
    let between = Grid([1, 1, 1], Affine(i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1], translation: [0.5, 0, 0]))
    #expect(pair.resampled(to: between, interpolation: .linear).labels == [4])
    let three = LabelMap(grid: Grid([2, 2, 1], .identity), labels: [9, 5, 3, 9])
    var middle = between
    middle.affine.translation = SIMD3(0.5, 0.5, 0)
    #expect(three.resampled(to: middle, interpolation: .linear).labels == [9])
    let square = LabelMap(grid: Grid([2, 2, 1], .identity), labels: [5, 5, 3, 3])
    middle.affine.translation = SIMD3(0.25, 0.5, 0)
    #expect(square.resampled(to: middle, interpolation: .linear).labels == [3])
    middle.affine.translation = SIMD3(0.25, 0.4999, 0)
    #expect(square.resampled(to: middle, interpolation: .linear).labels == [5])
  }

  @Test("along an axis with thick slices are those of the nearest slice")
  func thickSlices() {
    let map = Self.randomLabels([9, 8, 5], classes: [0, 1, 2])
    let target = Grid([9, 8, 15], Affine(scale: SIMD3(1, 1, 1.0 / 3)))
    let choice = PerAxis<LabelInterpolation>(i: .linear, j: .linear, k: .nearest)
    let found = map.resampled(to: target, interpolation: choice)
    #expect(found == map.resampled(to: target))
  }
}

@Suite("The axis of low resolution")
struct LowResolutionAxisTests {
  func grid(_ spacing: SIMD3<Double>) -> Grid { Grid([4, 4, 4], Affine(scale: spacing)) }

  @Test("is the only one with the largest spacing, more than three times the smallest")
  func axis() {
    #expect(grid(SIMD3(0.5, 0.5, 5)).lowResolutionAxis() == 2)
    #expect(grid(SIMD3(4, 1, 1)).lowResolutionAxis() == 0)
    #expect(grid(SIMD3(1, 3.5, 2)).lowResolutionAxis() == 1)
    #expect(grid(SIMD3(1, 1, 3)).lowResolutionAxis() == nil)
    #expect(grid(SIMD3(1, 1, 3)).lowResolutionAxis(threshold: 2.5) == 2)
    #expect(grid(SIMD3(0.24, 1.25, 1.25)).lowResolutionAxis() == nil)
    #expect(grid(SIMD3(0.24, 1.25, 1.250001)).lowResolutionAxis() == nil)
    #expect(grid(SIMD3(1, 1, 0)).lowResolutionAxis() == nil)
  }

  @Test("is the source's, or else the source's axis along which the target's runs")
  func choice() {
    let thick = grid(SIMD3(0.5, 0.5, 5))
    let even = grid(SIMD3(1, 1, 1))
    let separate = PerAxis<Interpolation>(i: .cubic, j: .cubic, k: .nearest)
    #expect(PerAxis<Interpolation>(.cubic, alongLowResolutionAxis: .nearest, from: thick, to: even) == separate)
    #expect(PerAxis<Interpolation>(.cubic, alongLowResolutionAxis: .nearest, from: even, to: thick) == separate)
    #expect(
      PerAxis<Interpolation>(.cubic, alongLowResolutionAxis: .nearest, from: even, to: even) == PerAxis(.cubic))
    let turned = thick.reoriented(to: Orientation("SAR") ?? .ras)
    #expect(
      PerAxis<Interpolation>(.cubic, alongLowResolutionAxis: .nearest, from: turned, to: even)
        == PerAxis(i: .nearest, j: .cubic, k: .cubic))
    #expect(PerAxis<Interpolation>(.cubic, alongLowResolutionAxis: .nearest, from: even, to: turned) == separate)
    #expect(
      PerAxis<Interpolation>(.linear, alongLowResolutionAxis: .nearest, from: thick, to: even, threshold: 10)
        == PerAxis(.linear))
  }
}
