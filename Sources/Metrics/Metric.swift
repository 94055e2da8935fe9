/// A score of one class of one case.
///
/// A new metric is a file with an extension such as `Metric+Overlap.swift`, and its place in `catalogue`.
public struct Metric: Sendable {
  /// The metric's name in reports; a metric with a unit ends in it, such as `_mm3`.
  public let name: String
  /// What it measures.
  public let evaluate: @Sendable (ClassComparison) -> MetricValue

  /// Makes a metric.
  public init(name: String, evaluate: @escaping @Sendable (ClassComparison) -> MetricValue) {
    self.name = name
    self.evaluate = evaluate
  }

  /// Every metric, in the order of reports.
  public static let catalogue: [Metric] =
    [dice, iou]
    + [precision, recall, specificity, truePositiveRate, trueNegativeRate, falsePositiveRate, falseNegativeRate]
    + [truePositives, falsePositives, falseNegatives, trueNegatives, predictedVoxels, referenceVoxels]
    + [predictedVolume, referenceVolume]
}
