extension Metric {
  /// The share of predicted voxels that are right, TP / (TP + FP); undefined where nothing was predicted.
  public static let precision = rate(
    "Precision", of: \.truePositives, among: \.predicted, .higher, penalty: .missed(.value(0)))

  /// The share of the reference's voxels that were found (sensitivity), TP / (TP + FN); undefined where it has none.
  public static let recall = rate("Recall", of: \.truePositives, among: \.reference, .higher)

  /// The share of other voxels that were left alone, TN / (TN + FP); undefined where there are none.
  public static let specificity = rate("Specificity", of: \.trueNegatives, among: \.negatives, .higher)

  /// The share of all voxels that are right, (TP + TN) / all; undefined where every voxel is ignored.
  public static let accuracy = rate("Accuracy", of: \.right, among: \.all, .higher)

  /// The share of all voxels that are wrong, (FP + FN) / all; undefined where every voxel is ignored.
  public static let errorRate = rate("ErrorRate", of: \.wrong, among: \.all, .lower)

  /// The mean of recall and specificity; undefined where one of them is.
  public static let balancedAccuracy = Metric(name: "BalancedAccuracy", preference: .higher) { comparison in
    let counts = comparison.counts
    guard let recall = MetricValue.ratio(counts.truePositives, counts.reference).number,
      let specificity = MetricValue.ratio(counts.trueNegatives, counts.negatives).number
    else { return .undefined }
    return MetricValue((recall + specificity) / 2)
  }

  /// The true positive rate: recall under its other name.
  public static let truePositiveRate = rate("TPR", of: \.truePositives, among: \.reference, .higher)

  /// The true negative rate: specificity under its other name.
  public static let trueNegativeRate = rate("TNR", of: \.trueNegatives, among: \.negatives, .higher)

  /// The false positive rate FP / (FP + TN); undefined where every voxel is of the class.
  public static let falsePositiveRate = rate("FPR", of: \.falsePositives, among: \.negatives, .lower)

  /// The false negative rate FN / (FN + TP); undefined where no voxel is of the class.
  public static let falseNegativeRate = rate("FNR", of: \.falseNegatives, among: \.reference, .lower)

  private static func rate(
    _ name: String, of numerator: KeyPath<ConfusionCounts, Int> & Sendable,
    among denominator: KeyPath<ConfusionCounts, Int> & Sendable, _ preference: MetricPreference,
    penalty: MetricPenalty = .none
  ) -> Metric {
    Metric(name: name, preference: preference, penalty: penalty) {
      .ratio($0.counts[keyPath: numerator], $0.counts[keyPath: denominator])
    }
  }
}
