import Randomness
import Volumes

/// The ranges of a smooth local deformation.
public struct ElasticRanges: Hashable, Sendable, Codable {
  /// The largest displacement, in the grid's unit; no point moves farther. At least 0.
  ///
  /// Above 0.48 of `controlPointSpacing` on a plane, 0.40 in a volume, fields may be scaled back; see `ElasticField`.
  public var displacement: Double
  /// The distance between neighbouring control points along each axis, in the grid's unit; above 0.
  ///
  /// It is the scale of the deformation: structures much smaller than this are moved, not bent.
  public var controlPointSpacing: Double
  /// The probability that the image is deformed, 0...1.
  public var probability: Double

  /// Makes ranges; without arguments they do nothing.
  public init(displacement: Double = 0, controlPointSpacing: Double = 16, probability: Double = 0) {
    self.displacement = displacement
    self.controlPointSpacing = controlPointSpacing
    self.probability = probability
  }

  func validate() throws(AugmentationError) {
    try checkMagnitude(displacement, "elastic.displacement")
    try checkPositive(controlPointSpacing, "elastic.control_point_spacing")
    try checkProbability(probability, "elastic.probability")
  }

  /// Control points displaced evenly over the disk (on a plane) or the ball whose radius is `displacement`.
  func draw(using key: RandomKey, for grid: Grid) -> ElasticField? {
    var generator = PhiloxGenerator(key.operation("elastic"))
    guard generator.chance(probability), displacement > 0 else { return nil }
    let controlPoints = ElasticField.controlPoints(covering: grid, spacing: controlPointSpacing)
    let isPlane = controlPoints.z == 1
    let displacements = (0..<controlPoints.x * controlPoints.y * controlPoints.z).map { _ in
      while true {
        let x = generator.uniform(in: -1...1)
        let y = generator.uniform(in: -1...1)
        let z = isPlane ? 0 : generator.uniform(in: -1...1)
        if x * x + y * y + z * z <= 1 { return SIMD3(x, y, z) * displacement }
      }
    }
    return ElasticField(
      restraining: displacements, controlPoints: controlPoints, controlPointSpacing: controlPointSpacing)
  }
}
