/// What a box plot shows of values.
public struct BoxStatistics: Sendable, Equatable {
  /// The 25th percentile, the median and the 75th percentile.
  public let quartiles: SIMD3<Double>
  /// The smallest and the largest value within 1.5 times the distance of the quartiles from them.
  public let whiskers: ClosedRange<Double>

  /// Nil without values. Source: Tukey, "Exploratory Data Analysis", 1977, chapter 2.
  public init?(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let quartiles = SIMD3([25.0, 50, 75].map { Quantile.percentile($0, ofSorted: sorted) })
    let reach = 1.5 * (quartiles.z - quartiles.x)
    let lower = sorted.first { $0 >= quartiles.x - reach } ?? quartiles.x
    let upper = sorted.last { $0 <= quartiles.z + reach } ?? quartiles.z
    self.quartiles = quartiles
    whiskers = min(lower, upper)...max(lower, upper)
  }
}
