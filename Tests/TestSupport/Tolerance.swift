/// How far computed numbers may lie from those expected: a share of the largest expected magnitude.
public struct Tolerance: Sendable {
  /// The name in reports.
  public let name: String
  /// The largest distance allowed, as a share of the largest expected magnitude (or of 1e-30, where all are 0).
  public let relative: Double

  /// The same number, bit for bit but for the sign of zero.
  public static let exact = Tolerance(name: "exact", relative: 0)
  /// A float32 kernel that computes by the definition, or by Winograd's algorithm with tiles of 2x2, against float64.
  public static let accurateKernel = Tolerance(name: "accurate kernel", relative: 3e-6)
  /// A float32 kernel, fast convolution algorithms included, against float64.
  public static let kernel = Tolerance(name: "kernel", relative: 3e-5)
  /// A float32 sum over all pixels, such as a weight's gradient, against float64.
  public static let sum = Tolerance(name: "sum", relative: 1e-4)
  /// The gradient of a whole network against central differences of a float32 loss, whose rounding takes half of this.
  public static let gradient = Tolerance(name: "gradient", relative: 2e-2)
  /// Weights after some steps of stochastic gradient descent against float64.
  public static let descent = Tolerance(name: "descent", relative: 1e-5)
  /// Losses and weights after some steps of training against float64.
  public static let training = Tolerance(name: "training", relative: 1e-4)

  /// The worst number that lies too far away; nil where all are near enough.
  ///
  /// A number that is not finite is infinitely far from any other, and so is a missing one.
  public func deviation<Found: Collection, Expected: Collection>(
    of found: Found, from expected: Expected
  ) -> Deviation? where Found.Element: BinaryFloatingPoint, Expected.Element: BinaryFloatingPoint {
    guard found.count == expected.count else {
      return Deviation(
        tolerance: self, index: min(found.count, expected.count), expected: Double(expected.count),
        found: Double(found.count), allowed: 0, isOfCount: true)
    }
    let largest = expected.reduce(1e-30) { max($0, Double($1).magnitude) }
    var worst: Deviation?
    var worstDistance = largest * relative
    for (index, pair) in zip(found, expected).enumerated() {
      let (value, wanted) = (Double(pair.0), Double(pair.1))
      guard value != wanted else { continue }
      let distance = value.isFinite && wanted.isFinite ? (value - wanted).magnitude : .infinity
      guard distance > worstDistance else { continue }
      worstDistance = distance
      worst = Deviation(
        tolerance: self, index: index, expected: wanted, found: value, allowed: largest * relative, isOfCount: false)
    }
    return worst
  }
}

/// The number that lies farthest from what was expected.
public struct Deviation: Sendable, CustomStringConvertible {
  /// The tolerance that it breaks.
  public let tolerance: Tolerance
  /// Where it stands.
  public let index: Int
  /// What was expected there.
  public let expected: Double
  /// What was found there.
  public let found: Double
  /// The largest distance allowed.
  public let allowed: Double
  /// Whether there are more or fewer numbers than expected, which are then the counts.
  public let isOfCount: Bool

  /// The tolerance, the index, what was expected and found.
  public var description: String {
    isOfCount
      ? "expected \(Int(expected)) numbers, found \(Int(found))"
      : "beyond `\(tolerance.name)` at index \(index): expected \(expected) +- \(allowed), found \(found)"
  }
}
