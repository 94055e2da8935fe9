import Augmentations
import Testing
import Volumes

@Suite("Folding guard")
struct FoldingGuardTests {
  /// The smallest determinant of the deformation's Jacobian over a lattice of points far finer than voxels.
  private func smallestJacobian(_ field: ElasticField, perCell: Int) -> Double {
    let cells = field.controlPoints &- 3
    func coordinates(_ axis: Int) -> [Double] {
      guard field.controlPoints[axis] > 1 else { return [0] }
      return (0...cells[axis] * perCell).map {
        (Double($0) / Double(perCell) - Double(cells[axis]) / 2) * field.spacing[axis]
      }
    }
    var smallest = Double.infinity
    for z in coordinates(2) {
      for y in coordinates(1) {
        for x in coordinates(0) { smallest = min(smallest, field.jacobianDeterminant(at: [x, y, z])) }
      }
    }
    return smallest
  }

  @Test(
    "fields made to fold are scaled back until the Jacobian keeps to the bound everywhere, and no farther than need be",
    arguments: [0.0, 0.2, 0.5], [SIMD3(8, 7, 1), [6, 6, 6], [1, 6, 9]])
  func keepsBound(minimum: Double, points: SIMD3<Int>) throws {
    for seed in 0..<UInt64(points.min() == 1 ? 20 : 4) {
      let wild = try randomField(points, amplitude: 40, seed: seed, spacing: [5, 4, 6])
      #expect(smallestJacobian(wild, perCell: 8) < -1)
      let factor = wild.largestFactor(keepingJacobian: minimum)
      #expect(factor < 0.3)
      let smallest = smallestJacobian(wild.scaled(by: factor), perCell: 12)
      #expect(smallest >= minimum)
      // The bound is sufficient, not necessary; but it is close to what is.
      #expect(smallest < minimum + 0.02, "the guard gave away \(smallest - minimum)")
    }
  }

  @Test("a field that keeps to the bound is left as it is")
  func leavesSoundFields() throws {
    for seed in 0..<UInt64(20) {
      let field = try randomField([7, 7, 1], amplitude: 1, seed: seed)
      let smallest = smallestJacobian(field, perCell: 16)
      #expect(field.largestFactor(keepingJacobian: smallest - 0.02) == 1)
      #expect(field.largestFactor(keepingJacobian: smallest + 0.02) < 1)
    }
  }

  @Test("one control point that is pushed over its neighbours is held back; between voxels, too")
  func singlePoint() throws {
    var displacements = [SIMD3<Double>](repeating: .zero, count: 7 * 7)
    displacements[3 * 7 + 3] = [10, 0, 0]
    let wild = try ElasticField(controlPoints: [7, 7, 1], spacing: [4, 4, 4], displacements: displacements)
    #expect(wild.jacobianDeterminant(at: [2.6, 0, 0]) < 0)
    let factor = wild.largestFactor(keepingJacobian: 0.2)
    // The steepest slope of a bicubic B-spline along x is -2/3 of its height, at 2/3 of a cell: 1 - 10 f 2/3 2/3 / 4 = 0.2.
    #expect(abs(factor - 0.72) < 0.01)
    #expect(smallestJacobian(wild.scaled(by: factor), perCell: 40) >= 0.2)
  }

  @Test(
    "a draw obeys the bound and the largest displacement that its ranges state, and tells how far it was scaled back")
  func draws() throws {
    var ranges = AugmentationRanges(
      elastic: ElasticRanges(displacement: .millimetres(30), controlPointSpacing: .millimetres(8), probability: 1))
    let grid = makeGrid(40, 36, 20)
    ranges.elastic.minimalJacobian = 0.4
    let drawn = ranges.drawSpatial(using: key(), for: grid)
    #expect(drawn.restraint < 0.5)
    #expect(smallestJacobian(try #require(drawn.elastic), perCell: 4) >= 0.4)
    ranges.elastic.maximalDisplacement = .millimetres(0.5)
    let small = try #require(ranges.drawSpatial(using: key(), for: grid).elastic)
    #expect(small.largestDisplacement <= 0.5 && small.largestDisplacement > 0.499)
  }

  @Test("an elastic field and a local zoom together obey the bound that neither breaks alone")
  func together() throws {
    var ranges = AugmentationRanges(
      localZoom: LocalZoomRanges(factor: 1.9...1.9, radius: .millimetres(12), probability: 1),
      elastic: ElasticRanges(displacement: .millimetres(4), controlPointSpacing: .millimetres(10), probability: 1))
    ranges.elastic.minimalJacobian = 0.3
    let grid = makeGrid(64, 64)
    var held = 0
    for draw in 0..<20 {
      let drawn = ranges.drawSpatial(using: key(draw), for: grid)
      let map = try SpatialMap(drawn, from: grid)
      for j in 0..<64 {
        for i in 0..<64 { #expect(map.jacobianDeterminant(at: [Double(i), Double(j), 0]) >= 0.3) }
      }
      held += drawn.restraint < 1 ? 1 : 0
    }
    #expect(held > 0)
  }
}
