extension Metric {
  /// The share of the reference's components that were found; undefined where it has none.
  ///
  /// Components are matched one to one, the largest overlap first; found is one matched with an IoU above 0.1.
  /// Source: Maier-Hein et al., "Metrics Reloaded", Nature Methods 21, 2024 (per-object counting).
  public static let lesionSensitivity = lesions("lesion_sensitivity", .higher, .none) {
    .ratio($0.found(above: foundIoU).count, $0.referenceCount)
  }

  /// The share of the predicted components that are lesions; undefined where nothing was predicted.
  public static let lesionPrecision = lesions("lesion_precision", .higher, .missed(.value(0))) {
    .ratio($0.found(above: foundIoU).count, $0.predictionCount)
  }

  /// Twice the found components by the sum of both numbers of components; undefined where there is no component.
  public static let lesionF1 = lesions("lesion_F1", .higher, .both(.value(0))) {
    .ratio(2 * $0.found(above: foundIoU).count, $0.predictionCount + $0.referenceCount)
  }

  /// The number of predicted components that are no lesion: its mean over cases is the false positives a scan.
  public static let lesionFalsePositives = lesions("lesion_false_positives", .lower, .none, countsEmptyCases: true) {
    .count($0.predictionCount - $0.found(above: foundIoU).count)
  }

  /// The number of components of the prediction.
  public static let predictedLesions = lesions("lesions_pred", .neither, .none, countsEmptyCases: true) {
    .count($0.predictionCount)
  }

  /// The number of components of the reference.
  public static let referenceLesions = lesions("lesions_ref", .neither, .none, countsEmptyCases: true) {
    .count($0.referenceCount)
  }

  /// Panoptic quality: the IoU of the components that overlap by more than 0.5, by the mean number of components.
  /// Source: Kirillov et al., "Panoptic Segmentation", CVPR 2019.
  public static let panopticQuality = lesions("PQ", .higher, .both(.value(0))) {
    MetricValue(2 * $0.found(above: panopticIoU).sum / Double($0.predictionCount + $0.referenceCount))
  }

  /// Segmentation quality: the mean IoU of the components that overlap by more than 0.5; undefined where none does.
  public static let segmentationQuality = lesions("SQ", .higher, .none) {
    let found = $0.found(above: panopticIoU)
    return MetricValue(found.sum / Double(found.count))
  }

  /// Recognition quality: F1 of the components that overlap by more than 0.5.
  public static let recognitionQuality = lesions("RQ", .higher, .both(.value(0))) {
    .ratio(2 * $0.found(above: panopticIoU).count, $0.predictionCount + $0.referenceCount)
  }

  private static let foundIoU = 0.1
  private static let panopticIoU = 0.5

  private static func lesions(
    _ name: String, _ preference: MetricPreference, _ penalty: MetricPenalty,
    countsEmptyCases: Bool = false, _ value: @escaping @Sendable (LesionMatching) -> MetricValue
  ) -> Metric {
    Metric(name: name, preference: preference, penalty: penalty, countsEmptyCases: countsEmptyCases) {
      value($0.lesions())
    }
  }
}
