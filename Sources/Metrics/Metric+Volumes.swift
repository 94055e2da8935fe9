extension Metric {
  /// The volume predicted as the class, in cubic millimetres; undefined where voxels have no size in millimetres.
  public static let predictedVolume = Metric(name: "volume_pred_mm3") { $0.volume(of: $0.counts.predicted) }

  /// The volume of the class, in cubic millimetres; undefined where voxels have no size in millimetres.
  public static let referenceVolume = Metric(name: "volume_ref_mm3") { $0.volume(of: $0.counts.reference) }
}

extension ClassComparison {
  fileprivate func volume(of voxels: Int) -> MetricValue {
    voxelVolumeMM3.map { MetricValue($0 * Double(voxels)) } ?? .undefined
  }
}
