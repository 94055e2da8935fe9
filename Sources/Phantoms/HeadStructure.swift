import Foundation
import Randomness

/// A structure inside a head: a closed curve in the plane that drifts and narrows along z between two flat ends.
///
/// The ends are flat and lie between two slices, so that a single slice always tells whether the structure is in it.
struct HeadStructure: Sendable {
  /// Where the structure begins and ends, in mm.
  var extent: ClosedRange<Double>
  /// The curve's centre in the middle of the extent, in mm.
  var centre: SIMD2<Double>
  /// The curve's half width and half length, in mm.
  var semiAxes: SIMD2<Double>
  /// How far the curve's middle line is displaced sideways at both its ends, in mm.
  var bend = 0.0
  /// The movement of the centre a mm of z.
  var drift = SIMD2<Double>.zero
  /// The turn of the curve against the head.
  var rotationRadians = 0.0
  /// How much of the semi-axes is lost at the ends of the extent.
  var narrowing = 0.15
  /// The sizes and phases of two and three lobes around the curve.
  var lobes = (two: 0.0, three: 0.0, phaseTwo: 0.0, phaseThree: 0.0)

  /// The distance from the centre in units of the curve's own radius: below 1 inside, infinite beyond the ends.
  func radius(at point: SIMD3<Double>) -> Double {
    guard extent.contains(point.z) else { return .infinity }
    let height = point.z - (extent.lowerBound + extent.upperBound) / 2
    let relativeHeight = 2 * height / (extent.upperBound - extent.lowerBound)
    let offset = SIMD2(point.x, point.y) - centre - drift * height
    let (sine, cosine) = (sin(rotationRadians), cos(rotationRadians))
    var curve = SIMD2(cosine * offset.x + sine * offset.y, cosine * offset.y - sine * offset.x) / semiAxes
    curve.x -= bend / semiAxes.x * curve.y * curve.y
    let distance = (curve * curve).sum().squareRoot()
    guard distance < 2 else { return distance }
    let angle = atan2(curve.y, curve.x)
    let outline = 1 + lobes.two * cos(2 * angle + lobes.phaseTwo) + lobes.three * cos(3 * angle + lobes.phaseThree)
    return distance / (outline * (1 - narrowing * relativeHeight * relativeHeight))
  }

  /// Gives the curve lobes of a random phase and of sizes up to the given one.
  mutating func drawLobes(upTo size: Double, using generator: inout PhiloxGenerator) {
    lobes = (
      two: generator.uniform(in: 0...size), three: generator.uniform(in: 0...size),
      phaseTwo: generator.uniform(in: 0...(2 * .pi)), phaseThree: generator.uniform(in: 0...(2 * .pi))
    )
  }
}
