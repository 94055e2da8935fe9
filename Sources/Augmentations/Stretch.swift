import Foundation
import Randomness
import Volumes

/// The ranges of zoom, stretch and shear.
public struct StretchRanges: Hashable, Sendable, Codable {
  /// The factors of a zoom, the same along every axis; above 1 the content grows. Drawn evenly in the logarithm.
  public var zoom: ClosedRange<Double>
  /// The factors of a stretch, drawn for each axis alone, evenly in the logarithm.
  public var stretch: ClosedRange<Double>
  /// The largest shear, either way, in degrees, 0...45.
  public var shearDegrees: Double
  /// The probability that the image is stretched, 0...1.
  public var probability: Double

  /// Makes ranges; those left out do nothing.
  public init(
    zoom: ClosedRange<Double> = 1...1, stretch: ClosedRange<Double> = 1...1, shearDegrees: Double = 0,
    probability: Double = 0
  ) {
    self.zoom = zoom
    self.stretch = stretch
    self.shearDegrees = shearDegrees
    self.probability = probability
  }

  func validate() throws(AugmentationError) {
    for bound in [zoom.lowerBound, zoom.upperBound] { try checkPositive(bound, "stretch.zoom") }
    for bound in [stretch.lowerBound, stretch.upperBound] { try checkPositive(bound, "stretch.stretch") }
    try checkMagnitude(shearDegrees, atMost: 45, "stretch.shear_degrees")
    try checkProbability(probability, "stretch.probability")
  }

  func draw(using key: RandomKey, for grid: Grid) -> StretchTransform {
    var drawn = StretchTransform()
    let isPlane = grid.size.depth == 1
    var generator = PhiloxGenerator(key.operation("stretch"))
    guard generator.chance(probability) else { return drawn }
    generator = PhiloxGenerator(key.operation("zoom"))
    drawn.zoom = Self.factor(in: zoom, &generator)
    generator = PhiloxGenerator(key.operation("axis_stretch"))
    for axis in 0..<(isPlane ? 2 : 3) { drawn.stretch[axis] = Self.factor(in: stretch, &generator) }
    generator = PhiloxGenerator(key.operation("shear"))
    for pair in 0..<(isPlane ? 1 : 3) {
      drawn.shearDegrees[pair] = generator.uniform(in: -shearDegrees...shearDegrees)
    }
    return drawn
  }

  private static func factor(in range: ClosedRange<Double>, _ generator: inout PhiloxGenerator) -> Double {
    let factor = exp(generator.uniform(in: log(range.lowerBound)...log(range.upperBound)))
    return min(max(factor, range.lowerBound), range.upperBound)
  }
}

/// A zoom, a stretch and a shear, about the centre of the window that is sampled.
public struct StretchTransform: Hashable, Sendable, Codable {
  /// The factor along every axis; above 1 the content grows. Above 0.
  public var zoom: Double
  /// The further factors along i, j and k. Above 0.
  public var stretch: SIMD3<Double>
  /// The angles in degrees by which j leans towards i, k towards i, and k towards j, after the stretch.
  public var shearDegrees: SIMD3<Double>

  /// Makes a transform; without arguments, the identity.
  public init(
    zoom: Double = 1, stretch: SIMD3<Double> = SIMD3(repeating: 1), shearDegrees: SIMD3<Double> = .zero
  ) {
    self.zoom = zoom
    self.stretch = stretch
    self.shearDegrees = shearDegrees
  }

  /// Where the content goes, from the window's centre, in the grid's unit along its axes.
  var affine: Affine {
    let tangent = { (degrees: Double) in tan(degrees * .pi / 180) }
    let shear = Affine(
      i: [1, 0, 0], j: [tangent(shearDegrees.x), 1, 0], k: [tangent(shearDegrees.y), tangent(shearDegrees.z), 1])
    return shear.after(Affine(scale: stretch * zoom))
  }
}
