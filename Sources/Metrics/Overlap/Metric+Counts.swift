extension Metric {
  /// The number of true positive voxels.
  public static let truePositives = Metric(name: "TP") { .count($0.counts.truePositives) }

  /// The number of false positive voxels.
  public static let falsePositives = Metric(name: "FP") { .count($0.counts.falsePositives) }

  /// The number of false negative voxels.
  public static let falseNegatives = Metric(name: "FN") { .count($0.counts.falseNegatives) }

  /// The number of true negative voxels.
  public static let trueNegatives = Metric(name: "TN") { .count($0.counts.trueNegatives) }

  /// The number of voxels predicted as the class.
  public static let predictedVoxels = Metric(name: "n_pred") { .count($0.counts.predicted) }

  /// The number of voxels of the class.
  public static let referenceVoxels = Metric(name: "n_ref") { .count($0.counts.reference) }
}
