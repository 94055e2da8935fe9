extension Metric {
  /// The share of predicted voxels that are right, TP / (TP + FP); undefined where nothing was predicted.
  public static let precision = rate("Precision", of: \.truePositives, among: \.predicted)

  /// The share of the reference's voxels that were found (sensitivity), TP / (TP + FN); undefined where it has none.
  public static let recall = rate("Recall", of: \.truePositives, among: \.reference)

  /// The share of other voxels that were left alone, TN / (TN + FP); undefined where there are none.
  public static let specificity = rate("Specificity", of: \.trueNegatives, among: \.negatives)

  /// The true positive rate: recall under its other name.
  public static let truePositiveRate = rate("TPR", of: \.truePositives, among: \.reference)

  /// The true negative rate: specificity under its other name.
  public static let trueNegativeRate = rate("TNR", of: \.trueNegatives, among: \.negatives)

  /// The false positive rate FP / (FP + TN); undefined where every voxel is of the class.
  public static let falsePositiveRate = rate("FPR", of: \.falsePositives, among: \.negatives)

  /// The false negative rate FN / (FN + TP); undefined where no voxel is of the class.
  public static let falseNegativeRate = rate("FNR", of: \.falseNegatives, among: \.reference)

  private static func rate(
    _ name: String, of numerator: KeyPath<ConfusionCounts, Int> & Sendable,
    among denominator: KeyPath<ConfusionCounts, Int> & Sendable
  ) -> Metric {
    Metric(name: name) { .ratio($0.counts[keyPath: numerator], $0.counts[keyPath: denominator]) }
  }
}
