import Augmentations
import Foundation
import Randomness
import Testing
import Volumes

@Suite("Elastic field")
struct ElasticFieldTests {
  @Test("no point moves farther than stated, and the voxels' map agrees", arguments: [1, 12])
  func largestDisplacement(depth: Int) throws {
    let grid = makeGrid(40, 30, depth, spacing: [1, 1.5, 2])
    let ranges = AugmentationRanges(
      elastic: ElasticRanges(
        displacement: .millimetres(2.5), controlPointSpacing: .millimetres(7), probability: 1))
    for draw in 0..<20 {
      let transform = ranges.drawSpatial(using: key(draw), for: grid)
      let field = try #require(transform.elastic)
      #expect(field.largestDisplacement <= 2.5 && field.largestDisplacement > 2)
      let map = try SpatialMap(transform, from: grid)
      var largest = 0.0
      for k in 0..<depth {
        for j in 0..<30 {
          for i in 0..<40 {
            let voxel = SIMD3(Double(i), Double(j), Double(k))
            largest = max(largest, distance(map(voxel) * grid.spacing, voxel * grid.spacing))
          }
        }
      }
      #expect(largest <= 2.5 && largest > 0.8)
    }
  }

  @Test("beyond its lattice a field goes on with its value at the rim")
  func beyondLattice() throws {
    let field = try #require(everything().drawSpatial(using: key(), for: makeGrid(17, 17)).elastic)
    #expect(field.displacement(at: [8, 3, 0]) == field.displacement(at: [80, 3, 5]))
    #expect(field.displacement(at: [-8, -8, 0]) == field.displacement(at: [-1e9, -9, 0]))
  }

  @Test("a field whose control points all move alike moves every point alike")
  func translation() throws {
    let move = SIMD3(1.0, -2, 0.5)
    let field = try ElasticField(
      controlPoints: [5, 6, 7], spacing: SIMD3(repeating: 10), displacements: Array(repeating: move, count: 210))
    #expect(distance(field.displacement(at: [3, -11, 17]), move) < 1e-12)
  }

  @Test("control points moved along a line give that line: cubic B-splines keep it")
  func linearPrecision() throws {
    let displacements = (0..<36).map { SIMD3(0.1 * Double($0 % 6), 0, 0) }
    let field = try ElasticField(controlPoints: [6, 6, 1], spacing: SIMD3(repeating: 2), displacements: displacements)
    for x in [-3.0, -1.3, 0, 0.4, 2.9] {
      #expect(abs(field.displacement(at: [x, 1, 0]).x - (0.25 + 0.05 * x)) < 1e-12)
    }
  }

  @Test("a field that is no lattice is refused")
  func malformed() {
    let cases: [(SIMD3<Int>, Int)] = [([3, 4, 1], 12), ([4, 4, 2], 32), ([4, 4, 1], 15), ([4, 0, 1], 0)]
    for (points, count) in cases {
      #expect(throws: AugmentationError.malformedField(controlPoints: points, displacements: count)) {
        try ElasticField(
          controlPoints: points, spacing: SIMD3(repeating: 4), displacements: Array(repeating: .zero, count: count))
      }
    }
    #expect(
      throws: AugmentationError.outOfRange(parameter: "elastic.control_point_spacing", value: 0, limits: 0...1e9)
    ) {
      try ElasticField(controlPoints: [4, 4, 1], spacing: [4, 0, 4], displacements: [])
    }
    #expect(throws: AugmentationError.malformedField(controlPoints: [4, 4, 1], displacements: 16)) {
      try ElasticField(
        controlPoints: [4, 4, 1], spacing: [4, 4, 4],
        displacements: Array(repeating: SIMD3(repeating: .nan), count: 16))
    }
  }

  @Test("derivatives are those of the displacement", arguments: [SIMD3(6, 5, 1), [6, 5, 7], [1, 7, 6]])
  func derivatives(points: SIMD3<Int>) throws {
    let field = try randomField(points, amplitude: 2)
    let delta = 1e-5
    for position in [SIMD3(0.3, 1.7, -0.4), [-4.1, 2.2, 3], [7.4, -3.9, -5.5]] {
      let analytic = field.derivatives(at: position)
      for (axis, derivative) in [analytic.i, analytic.j, analytic.k].enumerated() {
        var step = SIMD3<Double>.zero
        step[axis] = delta
        let change = field.displacement(at: position + step) - field.displacement(at: position - step)
        #expect(distance(change / (2 * delta), derivative) < 1e-7)
      }
    }
  }

  @Test("a field is read back to the bit")
  func roundTrip() throws {
    let ranges = AugmentationRanges(
      elastic: ElasticRanges(
        displacement: .millimetres(60), controlPointSpacing: .millimetres(8), probability: 1))
    for draw in 0..<50 {
      let field = try #require(ranges.drawSpatial(using: key(draw), for: makeGrid(32, 32)).elastic)
      let read = try JSONDecoder().decode(ElasticField.self, from: JSONEncoder().encode(field))
      #expect(read == field)
    }
  }
}
