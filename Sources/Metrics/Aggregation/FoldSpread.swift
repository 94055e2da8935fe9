/// How a metric differs between the folds of a cross-validation: the mean and the sample standard deviation of the folds'
/// means.
public struct FoldSpread: Sendable, Equatable, Encodable {
  /// The number of folds with a value.
  public let folds: Int
  /// The mean of the folds' means; each fold counts alike.
  public let mean: Double
  /// Their sample standard deviation; nil for fewer than two.
  public let sd: Double?

  /// The spread of values, one for each fold; nil where there is none.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    (folds, self.mean) = (values.count, mean)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    sd = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }
}

extension EvaluationReport {
  /// The column whose values are the folds of a cross-validation.
  public static let foldColumn = "fold"

  /// The spread over the folds, by label (`foreground` for the mean over the classes), then by metric; misses and false
  /// alarms count with the worst value. Empty where the cases are of no folds.
  public var foldSpreads: [String: [String: FoldSpread]] {
    let folds = parts.filter { $0.column == Self.foldColumn }.map(\.statistics)
    guard folds.count > 1 else { return [:] }
    func spreads(_ metrics: (EvaluationStatistics) -> [String: MetricStatistics]) -> [String: FoldSpread] {
      let names = Set(folds.flatMap { metrics($0).keys })
      return Dictionary(
        uniqueKeysWithValues: names.compactMap { name in
          FoldSpread(folds.compactMap { metrics($0)[name]?.penalisedMean }).map { (name, $0) }
        })
    }
    var tables = ["foreground": spreads(\.foreground)]
    for (index, item) in evaluation.classes.enumerated() { tables["\(item.fileValue)"] = spreads { $0.classes[index] } }
    return tables
  }
}
