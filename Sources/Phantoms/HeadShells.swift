import Foundation
import Randomness

/// The slices of a head and their heights.
struct SliceStack: Sendable {
  /// The number of slices.
  let count: Int
  /// The distance between slices, in mm.
  let spacing: Double

  /// The slice, as a fraction, at which the head is widest and height is 0.
  var middle: Double { (Double(count) * 0.43).rounded() }

  /// The height of a slice's centre, in mm.
  func height(of slice: Double) -> Double { (slice - middle) * spacing }

  /// The heights that `count` whole slices fill, their middle as near to `centre` as can be.
  func extent(around centre: Double, count: Int) -> ClosedRange<Double> {
    let first = (centre - Double(count - 1) / 2).rounded()
    return height(of: first - 0.5)...height(of: first + Double(count) - 0.5)
  }
}

/// A closed surface around the head's centre: an ellipse in each slice, narrowing towards the top and the bottom.
struct Shell: Sendable {
  private let semiAxes: SIMD2<Double>
  private let down: Double
  private let up: Double

  /// Makes a surface from its widest ellipse and its reach below and above it, in mm.
  init(semiAxes: SIMD2<Double>, down: Double, up: Double) {
    (self.semiAxes, self.down, self.up) = (semiAxes, down, up)
  }

  /// The surface that lies the given distance further inside.
  func shrunk(by distance: Double) -> Shell {
    Shell(semiAxes: semiAxes - distance, down: down - distance, up: up - distance)
  }

  /// The semi-axes of the ellipse at a height; zero beyond the ends.
  func semiAxes(atHeight z: Double) -> SIMD2<Double> {
    let height = min(abs(z) / (z < 0 ? down : up), 1)
    return semiAxes * pow(1 - pow(height, 2.6), 1 / 2.6)
  }

  /// Whether a point lies inside.
  func contains(_ point: SIMD3<Double>) -> Bool { relativeRadius(of: point) < 1 }

  /// How far inside the surface a point lies, along the ray from the axis, in mm; negative outside.
  func depth(of point: SIMD3<Double>) -> Double {
    let radius = relativeRadius(of: point)
    let distance = (point.x * point.x + point.y * point.y).squareRoot()
    return radius > 1e-6 ? distance * (1 / radius - 1) : semiAxes.min()
  }

  private func relativeRadius(of point: SIMD3<Double>) -> Double {
    let axes = semiAxes(atHeight: point.z)
    guard axes.x > 0 else { return .infinity }
    let relative = SIMD2(point.x, point.y) / axes
    return (relative * relative).sum().squareRoot()
  }
}

/// The folds of the brain's surface: grooves full of fluid, lined with grey matter.
struct CorticalFolds: Sendable {
  private let count: Double
  private let phases: SIMD3<Double>
  private let turn: Double
  private let grooveDepth: Double
  private let greyThickness: Double

  /// Draws the folds.
  init(using generator: inout PhiloxGenerator) {
    count = Double(13 + generator.integer(below: 5))
    phases = SIMD3(
      generator.uniform(in: 0...(2 * .pi)), generator.uniform(in: 0...(2 * .pi)), generator.uniform(in: 0...(2 * .pi)))
    turn = generator.uniform(in: -0.12...0.12)
    grooveDepth = generator.uniform(in: 3...4.5)
    greyThickness = generator.uniform(in: 2.8...3.6)
  }

  /// How much of a groove there is, from -1 (ridge) to 1 (groove), in the direction of a point.
  func value(at point: SIMD3<Double>) -> Double {
    let angle = atan2(point.y, point.x)
    let unevenness = 1.6 * sin(2 * angle + phases.y) + 1.1 * sin(3 * angle + phases.z)
    return sin(count * angle + unevenness + phases.x + turn * point.z)
  }

  /// The depth below the brain's surface to which fluid reaches, in mm.
  func fluidDepth(_ value: Double) -> Double { grooveDepth * square(max(0, (value - 0.4) / 0.6)) }

  /// The depth below the brain's surface to which grey matter reaches, in mm.
  func greyDepth(_ value: Double) -> Double { greyThickness + grooveDepth * square(max(0, (value + 0.2) / 1.2)) }

  private func square(_ value: Double) -> Double { value * value }
}
