extension Metric {
  /// The volume predicted as the class, in cubic millimetres; undefined where voxels have no size in millimetres.
  public static let predictedVolume = Metric(name: "volume_pred_mm3") { $0.volume(of: $0.counts.predicted) }

  /// The volume of the class, in cubic millimetres; undefined where voxels have no size in millimetres.
  public static let referenceVolume = Metric(name: "volume_ref_mm3") { $0.volume(of: $0.counts.reference) }

  /// The predicted volume minus that of the reference, in cubic millimetres: its mean is the bias.
  public static let volumeDifference = Metric(name: "volume_difference_mm3") {
    $0.volume(of: $0.counts.predicted - $0.counts.reference)
  }

  /// The difference of the volumes without its sign, in cubic millimetres.
  public static let absoluteVolumeDifference = Metric(name: "volume_absolute_difference_mm3", preference: .lower) {
    $0.volume(of: abs($0.counts.predicted - $0.counts.reference))
  }

  /// The predicted volume minus that of the reference, as a share of the latter; undefined where that is 0.
  public static let relativeVolumeDifference = Metric(name: "volume_relative_difference") {
    .ratio($0.counts.predicted - $0.counts.reference, $0.counts.reference)
  }
}

extension ClassComparison {
  fileprivate func volume(of voxels: Int) -> MetricValue {
    voxelVolumeMM3.map { MetricValue($0 * Double(voxels)) } ?? .undefined
  }
}
