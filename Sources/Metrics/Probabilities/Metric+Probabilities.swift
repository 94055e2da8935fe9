extension Metric {
  /// The area under the ROC curve of the voxels' probabilities; undefined where the reference lacks the class or is whole.
  public static let areaUnderROC = probability("AUROC", .higher) { $0.areaUnderROC }

  /// Average precision of the voxels' probabilities; undefined where the reference lacks the class.
  public static let averagePrecision = probability("AP", .higher) { $0.averagePrecision }

  /// Expected calibration error with 15 bins over all voxels, for the class against the others.
  public static let calibrationError = probability("ECE", .lower) { ProbabilityTally.calibrationError($0.bins) }

  /// Expected calibration error with 15 bins over the voxels within 2 mm of the reference's boundary.
  public static let boundaryCalibrationError = probability("ECE_boundary", .lower) {
    ProbabilityTally.calibrationError($0.bandBins)
  }

  /// Brier's score over all voxels.
  public static let brier = probability("Brier", .lower) { $0.brier }

  private static func probability(
    _ name: String, _ preference: MetricPreference, _ value: @escaping @Sendable (ProbabilityTally) -> Double
  ) -> Metric {
    Metric(name: name, preference: preference) { comparison in
      comparison.probabilityTally().map { MetricValue(value($0)) } ?? .undefined
    }
  }
}
