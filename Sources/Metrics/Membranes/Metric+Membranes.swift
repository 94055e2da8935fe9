extension Metric {
  /// V^Rand after border thinning of the labels, in 0...1: the class is the membrane.
  /// Source: Arganda-Carreras et al., Frontiers in Neuroanatomy 9:142, 2015.
  public static let membraneRand = membrane("VRand", .higher) { $0.rand }

  /// V^Info after border thinning of the labels, in 0...1.
  public static let membraneInformation = membrane("VInfo", .higher) { $0.information }

  /// The Rand error of the ISBI challenge of 2012, without thinning; its organisers replaced it by V^Rand.
  public static let randError2012 = membrane("Rand_error_2012", .lower) { $0.randError }

  /// The pixel error of the ISBI challenge of 2012: one minus the F1 of the voxels that are no membrane; its organisers
  /// replaced it by V^Rand.
  public static let pixelError2012 = Metric(name: "pixel_error_2012", preference: .lower) { comparison in
    let counts = comparison.counts
    let missing = MetricValue.ratio(counts.wrong, 2 * counts.trueNegatives + counts.wrong)
    return missing
  }

  /// V^Rand at the threshold that was chosen on other cases; undefined without a threshold or probabilities.
  public static let membraneRandAtThreshold = Metric(name: "VRand_threshold", preference: .higher) {
    MetricValue($0.membraneScoresAtThreshold()?.rand ?? .nan)
  }

  /// V^Info at the threshold that was chosen on other cases; undefined without a threshold or probabilities.
  public static let membraneInformationAtThreshold = Metric(name: "VInfo_threshold", preference: .higher) {
    MetricValue($0.membraneScoresAtThreshold()?.information ?? .nan)
  }

  /// V^Rand at the case's own best threshold, as the organisers of the challenge measured; undefined without
  /// probabilities. It needs the reference, so that it is no measure of a prediction alone.
  public static let bestMembraneRand = Metric(name: "VRand_best", preference: .higher) {
    MetricValue($0.membraneCurve().map(\.scores.rand).max() ?? .nan)
  }

  /// V^Info at the case's own best threshold; undefined without probabilities.
  public static let bestMembraneInformation = Metric(name: "VInfo_best", preference: .higher) {
    MetricValue($0.membraneCurve().map(\.scores.information).max() ?? .nan)
  }

  private static func membrane(
    _ name: String, _ preference: MetricPreference, _ value: @escaping @Sendable (MembraneScores) -> Double
  ) -> Metric {
    Metric(name: name, preference: preference) { MetricValue(value($0.membraneScores())) }
  }
}
