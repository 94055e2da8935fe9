/// How well numbers of whole scans are predicted.
public struct ScanRegression: Sendable, Encodable {
  /// The mean of |predicted - reference|.
  public let mae: MeasuredNumber
  /// The root of the mean of (predicted - reference)^2.
  public let rmse: MeasuredNumber
  /// The mean of predicted - reference.
  public let bias: MeasuredNumber
  /// 1 - sum((predicted - reference)^2) / sum((reference - mean)^2); nil where all references are equal.
  public let r2: MeasuredNumber

  /// Scores predictions; at least one.
  ///
  /// - Parameter groups: The name of each scan's group.
  public init(
    reference: [Double], predicted: [Double], groups: [String], resamples: Int = 2000, seed: UInt64 = 1
  ) {
    let resampling = GroupResampling(groups, resamples: resamples, seed: seed)
    let errors = zip(predicted, reference).map { $0 - $1 }
    func mean(_ indices: [Int], _ value: (Int) -> Double) -> Double? {
      indices.isEmpty ? nil : indices.reduce(0) { $0 + value($1) } / Double(indices.count)
    }
    mae = resampling.measured { mean($0) { abs(errors[$0]) } }
    rmse = resampling.measured { mean($0) { errors[$0] * errors[$0] }.map { $0.squareRoot() } }
    bias = resampling.measured { mean($0) { errors[$0] } }
    r2 = resampling.measured { indices in
      guard let middle = mean(indices, { reference[$0] }) else { return nil }
      let total = indices.reduce(0) { $0 + (reference[$1] - middle) * (reference[$1] - middle) }
      return total > 0 ? 1 - indices.reduce(0) { $0 + errors[$1] * errors[$1] } / total : nil
    }
  }
}
