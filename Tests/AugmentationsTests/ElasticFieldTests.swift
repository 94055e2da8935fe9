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
      #expect(field.restraint == 1)
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

  @Test("a field far beyond folding is scaled back until its Jacobian is positive everywhere", arguments: [1, 20])
  func extremeField(depth: Int) throws {
    let grid = makeGrid(32, 32, depth)
    let ranges = AugmentationRanges(
      elastic: ElasticRanges(
        displacement: .millimetres(60), controlPointSpacing: .millimetres(8), probability: 1))
    for draw in 0..<(depth == 1 ? 20 : 2) {
      let field = try #require(ranges.drawSpatial(using: key(draw), for: grid).elastic)
      #expect(field.restraint < 0.2)
      let limit = (depth == 1 ? 0.48 : 0.40) * 8
      let largest = field.displacements.map { max(abs($0.x), abs($0.y), abs($0.z)) }.max()!
      #expect(abs(largest - limit) < 1e-9)
      #expect(smallestJacobian(field, half: [15.5, 15.5, Double(depth - 1) / 2], step: depth == 1 ? 0.25 : 1) > 0)
    }
  }

  @Test("the limit is near the truth: the worst field at the limit all but folds, and half as far again folds")
  func limitIsSharp() throws {
    // Signs that make the Jacobian smallest at the middle of a cell, found by ascent over the sixteen control points.
    let (worst, jacobian) = worstField(amplitude: 0.48)
    #expect(jacobian > 0 && jacobian < 0.2)
    #expect(worstField(amplitude: 0.72).jacobian < 0)
    let field = try ElasticField(
      controlPoints: [4, 4, 1], spacing: SIMD3(repeating: 1), displacements: worst.map { $0 * 0.72 })
    #expect(abs(field.restraint - 0.48 / 0.72) < 1e-12)
    #expect(smallestJacobian(field, half: [0.5, 0.5, 0], step: 0.05) > 0)
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

  @Test("a field that was scaled back is read back to the bit")
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

  /// The smallest determinant of the deformation's numeric Jacobian over points within `half` of the centre.
  private func smallestJacobian(_ field: ElasticField, half: SIMD3<Double>, step: Double) -> Double {
    let delta = 1e-5
    func partial(_ point: SIMD3<Double>, _ axis: SIMD3<Double>) -> SIMD3<Double> {
      let change = field.displacement(at: point + axis * delta) - field.displacement(at: point - axis * delta)
      return axis + change / (2 * delta)
    }
    var smallest = Double.infinity
    for z in stride(from: -half.z, through: half.z, by: step) {
      for y in stride(from: -half.y, through: half.y, by: step) {
        for x in stride(from: -half.x, through: half.x, by: step) {
          let point = SIMD3(x, y, z)
          let jacobian = Affine(
            i: partial(point, [1, 0, 0]), j: partial(point, [0, 1, 0]), k: partial(point, [0, 0, 1]))
          smallest = min(smallest, jacobian.determinant)
        }
      }
    }
    return smallest
  }

  /// The signs of 4x4 control points that make the Jacobian smallest, by coordinate descent at each of 81 points, and
  /// that Jacobian for displacements of the given amplitude, in units of the control points' spacing.
  private func worstField(amplitude: Double) -> (signs: [SIMD3<Double>], jacobian: Double) {
    func weights(_ t: Double) -> [Double] {
      let s = 1 - t
      return [s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6]
    }
    func slopes(_ t: Double) -> [Double] {
      let s = 1 - t
      return [-s * s / 2, (3 * t * t - 4 * t) / 2, (4 * s - 3 * s * s) / 2, t * t / 2]
    }
    var best = (signs: [SIMD3<Double>](), jacobian: Double.infinity)
    for place in 0..<81 {
      let (u, v) = (Double(place % 9) / 8, Double(place / 9) / 8)
      let gradient = (0..<16).map { ($0 / 4, $0 % 4) }.map { row, column in
        SIMD2(slopes(u)[column] * weights(v)[row], weights(u)[column] * slopes(v)[row])
      }
      var (x, y) = ([Double](repeating: -1, count: 16), (0..<16).map { $0 % 2 == 0 ? 1.0 : -1 })
      for _ in 0..<8 {
        let dy = zip(gradient, y).reduce(SIMD2<Double>.zero) { $0 + $1.0 * ($1.1 * amplitude) }
        x = gradient.map { ($0.x * (1 + dy.y) - $0.y * dy.x) > 0 ? -1 : 1 }
        let dx = zip(gradient, x).reduce(SIMD2<Double>.zero) { $0 + $1.0 * ($1.1 * amplitude) }
        y = gradient.map { ($0.y * (1 + dx.x) - $0.x * dx.y) > 0 ? -1 : 1 }
      }
      let dx = zip(gradient, x).reduce(SIMD2<Double>.zero) { $0 + $1.0 * ($1.1 * amplitude) }
      let dy = zip(gradient, y).reduce(SIMD2<Double>.zero) { $0 + $1.0 * ($1.1 * amplitude) }
      let jacobian = (1 + dx.x) * (1 + dy.y) - dx.y * dy.x
      if jacobian < best.jacobian { best = (zip(x, y).map { SIMD3($0, $1, 0) }, jacobian) }
    }
    return best
  }
}
