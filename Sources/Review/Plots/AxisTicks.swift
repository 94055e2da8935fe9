import Foundation

/// A number with a fixed count of decimal places.
func decimal(_ value: Double, places: Int) -> String { String(format: "%.\(places)f", value) }

/// The marks of a plot's axis: round numbers at even distances.
package struct AxisTicks: Equatable {
  /// The range that the axis covers.
  package let range: ClosedRange<Double>
  /// The marks within the range, in order.
  package let values: [Double]
  /// The marks' texts.
  package let labels: [String]

  /// Chooses about `count` marks for values in a range, 1, 2 or 5 times a power of ten apart.
  ///
  /// A range without length is widened around its value; a non-finite range counts as 0...1.
  /// - Parameter isWhole: whether only whole numbers are marked.
  package init(covering values: ClosedRange<Double>, count: Int, isWhole: Bool = false) {
    var (lower, upper) = (values.lowerBound, values.upperBound)
    if !lower.isFinite || !upper.isFinite || !(upper - lower).isFinite { (lower, upper) = (0, 1) }
    if upper - lower <= abs(upper) * 1e-12 {
      let widening = isWhole ? 0.5 : max(abs(upper) * 0.1, 1e-6)
      (lower, upper) = (lower - widening, upper + widening)
    }
    range = lower...upper
    let step = max(Self.roundStep(atLeast: (upper - lower) / Double(max(count, 1))), isWhole ? 1 : 0)
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    self.values = first <= last ? (0...Int(last - first)).map { (first + Double($0)) * step } : []
    labels = self.values.map { Self.text(of: $0, step: step) }
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below a distance.
  private static func roundStep(atLeast distance: Double) -> Double {
    let power = pow(10, floor(log10(distance)))
    return ([1, 2, 5].map { $0 * power }.first { $0 >= distance * (1 - 1e-9) }) ?? 10 * power
  }

  private static func text(of value: Double, step: Double) -> String {
    if abs(value) < step * 1e-6 { return "0" }
    let places = max(0, Int(-floor(log10(step) + 1e-9)))
    return places > 4 || abs(value) >= 1e6 ? String(format: "%.3g", value) : decimal(value, places: places)
  }
}
