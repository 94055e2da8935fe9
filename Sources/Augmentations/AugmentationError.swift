import Volumes

/// What can be wrong with the parameters of an augmentation.
public enum AugmentationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A parameter is not a number within its limits.
  case outOfRange(parameter: String, value: Double, limits: ClosedRange<Double>)
  /// A transform squeezes the image into nothing, so that no map leads back: its linear part has no inverse.
  case notInvertible(determinant: Double)
  /// The number of an elastic field's displacements is not that of its control points, or too few for a cubic spline.
  case malformedField(controlPoints: SIMD3<Int>, displacements: Int)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .outOfRange(let parameter, let value, let limits) where limits.upperBound == 1e9:
      "\(parameter): expected a number of \(limits.lowerBound == 0 ? "at least" : "more than") 0, found \(value)"
    case .outOfRange(let parameter, let value, let limits):
      "\(parameter): expected a number from \(limits.lowerBound) to \(limits.upperBound), found \(value)"
    case .notInvertible(let determinant):
      "a spatial transform is not invertible: its determinant is \(determinant). Expected a finite number other "
        + "than 0; check zoom, stretch and shear"
    case .malformedField(let count, let displacements):
      "an elastic field of \(count.x)x\(count.y)x\(count.z) control points has \(displacements) displacements. "
        + "Expected one for each control point, and at least 4 points along each axis (or 1 along one axis)"
    }
  }
}
