import Volumes

/// The metrics of one case: its prediction against its reference, each foreground class alone.
public struct CaseResult: Hashable, Sendable {
  /// The case's name.
  public let name: String
  /// The predicted file, as reports name it: relative, so that equal runs have equal reports.
  public let predictionFile: String
  /// The reference's file, as reports name it.
  public let referenceFile: String
  /// The foreground classes' results, from class 1 on.
  public let classes: [ClassResult]

  /// Measures a case.
  ///
  /// - Parameters:
  ///   - name: The case's name.
  ///   - predictionFile: The predicted file, as reports shall name it.
  ///   - referenceFile: The reference's file, as reports shall name it.
  ///   - prediction: The label map to be judged.
  ///   - reference: The label map held to be true; its ignored voxels are left out.
  ///   - classCount: The number of classes, background (class 0, which is not scored) included.
  ///   - metrics: What to measure.
  ///
  /// Throws: `MetricsError.sizesDiffer`, `.unknownLabel`.
  public init(
    name: String, predictionFile: String, referenceFile: String, prediction: LabelMap, reference: LabelMap,
    classCount: Int, metrics: [Metric] = Metric.catalogue
  ) throws(MetricsError) {
    let matrix = try ConfusionMatrix(prediction: prediction, reference: reference, classCount: classCount)
    self.name = name
    self.predictionFile = predictionFile
    self.referenceFile = referenceFile
    classes = (1..<max(1, classCount)).map { index in
      let comparison = ClassComparison(
        index: index, counts: matrix.counts(of: index), prediction: prediction, reference: reference)
      return ClassResult(
        status: comparison.counts.status,
        measurements: metrics.map { Measurement(metric: $0.name, value: $0.evaluate(comparison)) })
    }
  }
}

/// The metrics of one class of one case.
public struct ClassResult: Hashable, Sendable {
  /// Which of the two masks is empty, if any.
  public let status: OverlapStatus
  /// The values, in the order in which the metrics were given.
  public let measurements: [Measurement]

  /// The value of a metric; undefined where it was not measured.
  public subscript(metric: Metric) -> MetricValue {
    measurements.first { $0.metric == metric.name }?.value ?? .undefined
  }
}

/// A metric's value.
public struct Measurement: Hashable, Sendable {
  /// The metric's name.
  public let metric: String
  /// What it came to.
  public let value: MetricValue
}
