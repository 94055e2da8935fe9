import Augmentations
import Foundation
import Testing
import Volumes

@Suite("Presets and fields")
struct PresetTests {
  /// Tests/Golden/augmentations/nnunet_draws.json: what nnU-Net's own transforms drew.
  private struct Golden: Decodable {
    struct Parameter: Decodable {
      let applied: Double
      let values: [Double]?
    }
    let parameters: [String: Parameter]
    let quantiles: [Double]
  }

  private func golden() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: folder.appending(path: "Golden/augmentations/nnunet_draws.json")))
  }

  @Test("nnunet draws rotations, scales and flips as often and as far as nnU-Net does")
  func nnunetDraws() throws {
    let (golden, ranges) = (try golden(), AugmentationPreset.nnunet.ranges)
    let grid = makeGrid(64, 64, 64)
    let count = 8000
    let drawn = (0..<count).map { ranges.drawSpatial(using: key($0), for: grid) }
    func check(_ name: String, _ values: [Double]) throws {
      let expected = try #require(golden.parameters[name])
      let share = Double(values.count) / Double(count)
      #expect(abs(share - expected.applied) < 4 * (0.25 / Double(count)).squareRoot(), "\(name): \(share)")
      guard let quantiles = expected.values else { return }
      let sorted = values.sorted()
      let width = quantiles.last! - quantiles[0]
      for (probability, quantile) in zip(golden.quantiles, quantiles) {
        let own = sorted[min(Int(probability * Double(sorted.count)), sorted.count - 1)]
        #expect(abs(own - quantile) < 0.05 * width, "\(name) at \(probability): \(own), not \(quantile)")
      }
    }
    let turned = drawn.filter { $0.rigid.rotationDegrees != .zero }.map(\.rigid.rotationDegrees)
    for (axis, name) in ["i", "j", "k"].enumerated() {
      try check("rotation_degrees_\(name)", turned.map { $0[axis] })
      try check("mirror_\(name)", drawn.filter { $0.rigid.flips.map(\.rawValue).contains(name) }.map { _ in 1 })
    }
    // nnU-Net's scale is the step between the points that are looked at: content shrinks where it is above 1.
    try check("scale", drawn.filter { $0.stretch.zoom != 1 }.map { 1 / $0.stretch.zoom })
    #expect(drawn.allSatisfy { $0.elastic == nil && $0.rigid.translation == .zero })
  }

  @Test("nnunet turns planes by any angle, long ones by little, and treats flat windows as stacks of planes")
  func nnunetPlanes() {
    let ranges = AugmentationPreset.nnunet.ranges
    func angles(_ grid: Grid) -> [SIMD3<Double>] {
      (0..<400).map { ranges.drawSpatial(using: key($0), for: grid).rigid.rotationDegrees }.filter { $0 != .zero }
    }
    #expect(angles(makeGrid(64, 64)).map { abs($0.z) }.max()! > 150)
    #expect(angles(makeGrid(97, 64)).map { abs($0.z) }.max()! < 15)
    let flat = makeGrid(64, 20, 64, spacing: [1, 5, 1])
    let turned = angles(flat)
    #expect(turned.map { abs($0.y) }.max()! > 150 && turned.allSatisfy { $0.x == 0 && $0.z == 0 })
    for draw in 0..<100 {
      let drawn = ranges.drawSpatial(using: key(draw), for: flat)
      #expect(drawn.stretch.zoom == 1 && drawn.stretch.stretch.y == 1)
    }
  }

  @Test("a stack of planes is moved within its planes alone, elastic fields too", arguments: [0, 1, 2])
  func stacks(across: Int) throws {
    var (counts, spacing) = (SIMD3(40, 36, 44), SIMD3(1.0, 1, 1))
    (counts[across], spacing[across]) = (8, 6)
    let grid = makeGrid(counts.x, counts.y, counts.z, spacing: spacing)
    for draw in 0..<10 {
      let drawn = everything().drawSpatial(using: key(draw), for: grid)
      #expect(drawn.elastic?.controlPoints[across] == 1)
      let map = try SpatialMap(drawn, from: grid)
      let sign = drawn.rigid.flips.map(\.rawValue).contains(["i", "j", "k"][across]) ? -1.0 : 1
      for voxel in [SIMD3(2.0, 3, 1), [5, 7, 6]] {
        let middle = Double(counts[across] - 1) / 2
        #expect(abs(map(voxel)[across] - middle - sign * (voxel[across] - middle)) < 1e-9)
      }
    }
  }

  @Test("unet-2015 displaces the points of a 3 x 3 grid with a standard deviation of 10 pixels")
  func unet2015() throws {
    var ranges = AugmentationPreset.unet2015.ranges
    ranges.elastic.minimalJacobian = 0
    let grid = Grid(size: GridSize(width: 513, height: 513), affine: .identity, unit: .pixels)
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for draw in 0..<300 {
      let field = try #require(ranges.drawSpatial(using: key(draw), for: grid).elastic)
      #expect(field.controlPoints == SIMD3(5, 5, 1))
      for y in [-256.0, 0, 256] {
        for x in [-256.0, 0, 256] {
          let move = field.displacement(at: [x, y, 0])
          sum += move.x + move.y
          squares += move.x * move.x + move.y * move.y
          count += 2
        }
      }
    }
    #expect(abs(sum / count) < 0.5)
    #expect(abs((squares / count).squareRoot() - 10) < 0.4)
    #expect(ranges.sampling.image == .cubic)
  }

  @Test("smoothed noise has the standard deviation and the reach of Simard's field", arguments: [1, 64])
  func noise(depth: Int) throws {
    var ranges = AugmentationRanges()
    (ranges.elastic.field, ranges.elastic.probability) = (.noise, 1)
    let (alpha, sigma) = (200.0, 8.0)
    ranges.elastic.alpha = alpha...alpha
    ranges.elastic.sigma = LengthInterval(sigma...sigma, .pixels)
    ranges.elastic.minimalJacobian = 0
    let grid = makeGrid(96, 96, depth)
    var (squares, near, far, count) = (0.0, 0.0, 0.0, 0.0)
    for draw in 0..<(depth == 1 ? 200 : 20) {
      let field = try #require(ranges.elastic.drawnField(using: key(draw), for: grid))
      for x in stride(from: -40.0, through: 30, by: 10) {
        for y in stride(from: -40.0, through: 40, by: 10) {
          let (a, b) = (field.displacement(at: [x, y, 0]).x, field.displacement(at: [x + sigma, y, 0]).x)
          squares += a * a
          near += a * b
          far += a * field.displacement(at: [x + 5 * sigma, y, 0]).x
          count += 1
        }
      }
    }
    // Noise of variance 1/3 under a Gaussian, whose square integrates to 1 / (2 sqrt(pi) sigma) along each axis.
    let axes = depth == 1 ? 2.0 : 3.0
    let expected = alpha / 3.0.squareRoot() * pow(2 * Double.pi.squareRoot() * sigma, -axes / 2)
    #expect(abs((squares / count).squareRoot() / expected - 1) < 0.12)
    // The field's correlation falls as exp(-d^2 / 4 sigma^2).
    #expect(abs(near / squares - exp(-0.25)) < 0.05)
    #expect(abs(far / squares) < 0.12)
  }

  @Test("a local zoom has its factor at its centre and leaves what lies beyond its radius alone")
  func localZoom() throws {
    let grid = makeGrid(81, 81, 41)
    let zoom = LocalZoom(factor: 1.4, centre: [10, -5, 3], radius: SIMD3(repeating: 15))
    let map = try SpatialMap(SpatialTransform(localZoom: zoom), from: grid)
    let centre = SIMD3(50.0, 35, 23)
    #expect(distance(map(centre), centre) < 0.02)
    #expect(abs(map.jacobianDeterminant(at: centre) - pow(1.4, -3)) < 0.02)
    for away in [SIMD3(17.0, 0, 0), [0, -18, 0], [10, 10, -12]] {
      #expect(distance(map(centre + away), centre + away) < 0.02)
    }
  }

  @Test("lengths in pixels are voxels along each axis; a preset's are millimetres, or shares of the window")
  func lengths() throws {
    var ranges = AugmentationRanges(rigid: RigidRanges(rotationDegrees: 0, translation: .pixels(3), probability: 1))
    let grid = makeGrid(30, 30, 20, spacing: [0.5, 1, 2])
    let moves = (0..<300).map { ranges.drawSpatial(using: key($0), for: grid).rigid.translation }
    for (axis, limit) in [1.5, 3, 6].enumerated() {
      let most = moves.map { abs($0[axis]) }.max()!
      #expect(most <= limit && most > 0.95 * limit)
    }
    ranges.rigid.translation = .preset(millimetres: 4, share: 0.1)
    let picture = Grid(size: GridSize(width: 500, height: 300), affine: .identity, unit: .pixels)
    let most = (0..<300).map { abs(ranges.drawSpatial(using: key($0), for: picture).rigid.translation.x) }.max()!
    #expect(most <= 30 && most > 28)
  }
}
