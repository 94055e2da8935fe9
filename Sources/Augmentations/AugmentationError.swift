/// What can be wrong with the parameters of an augmentation.
public enum AugmentationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A probability lies outside 0...1.
  case notAProbability(parameter: String, value: Double)
  /// An angle or a length is negative, beyond its maximum, or not finite.
  case outOfRange(parameter: String, value: Double, maximum: Double)
  /// A factor or a spacing is zero, negative or not finite.
  case notPositive(parameter: String, value: Double)
  /// A transform squeezes the image into nothing, so that no map leads back: its linear part has no inverse.
  case notInvertible(determinant: Double)
  /// The number of an elastic field's displacements is not that of its control points, or too few for a cubic spline.
  case malformedField(controlPoints: SIMD3<Int>, displacements: Int)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .notAProbability(let parameter, let value):
      "\(parameter) is a probability: expected a number from 0 to 1, found \(value)"
    case .outOfRange(let parameter, let value, let maximum) where maximum.isFinite:
      "\(parameter): expected a number from 0 to \(maximum), found \(value); it states the largest change either way"
    case .outOfRange(let parameter, let value, _):
      "\(parameter): expected a number of at least 0, found \(value); it states the largest change either way"
    case .notPositive(let parameter, let value):
      "\(parameter): expected a number above 0, found \(value)"
    case .notInvertible(let determinant):
      "a spatial transform cannot be inverted: its determinant is \(determinant), expected a finite number other "
        + "than 0; check its zoom, stretch and shear"
    case .malformedField(let count, let displacements):
      "an elastic field of \(count.x)x\(count.y)x\(count.z) control points holds \(displacements) displacements: "
        + "expected one a control point, at least 4 points along i and j, and 1 or at least 4 along k"
    }
  }
}
