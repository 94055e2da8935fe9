/// The metrics by what they look at; a report has them in this order.
public enum MetricGroup: String, CaseIterable, Sendable {
  /// Shares of voxels that agree.
  case overlap
  /// Rates of the four kinds of voxels.
  case rates
  /// Numbers of voxels.
  case counts
  /// Volumes and their differences.
  case volumes
  /// Distances between boundaries.
  case surfaces
  /// Connected components: what is found, whatever its size.
  case lesions
  /// Centre lines of tubes.
  case topology
  /// Regions between membranes.
  case membranes
  /// Probabilities: ranking and calibration.
  case probabilities

  /// The group's metrics.
  public var metrics: [Metric] {
    switch self {
    case .overlap:
      [
        .dice, .iou, .precision, .recall, .specificity, .accuracy, .errorRate, .balancedAccuracy, .matthewsCorrelation,
        .f05, .f2,
      ]
    case .rates: [.truePositiveRate, .trueNegativeRate, .falsePositiveRate, .falseNegativeRate]
    case .counts:
      [.truePositives, .falsePositives, .falseNegatives, .trueNegatives, .predictedVoxels, .referenceVoxels]
    case .volumes:
      [.predictedVolume, .referenceVolume, .volumeDifference, .absoluteVolumeDifference, .relativeVolumeDifference]
    case .surfaces:
      [
        .hausdorff, .hausdorff95, .averageSurfaceDistance, .meanSurfaceDistance, .surfaceDice, .boundaryIoU,
        .centreDistance,
      ]
    case .lesions:
      [
        .lesionSensitivity, .lesionPrecision, .lesionF1, .lesionFalsePositives, .predictedLesions, .referenceLesions,
        .panopticQuality, .segmentationQuality, .recognitionQuality,
      ]
    case .topology: [.centreLineDice, .topologyPrecision, .topologySensitivity]
    case .membranes:
      [
        .membraneRand, .membraneInformation, .membraneRandAtThreshold, .membraneInformationAtThreshold,
        .bestMembraneRand, .bestMembraneInformation, .randError2012, .pixelError2012,
      ]
    case .probabilities: [.areaUnderROC, .averagePrecision, .calibrationError, .boundaryCalibrationError, .brier]
    }
  }

  /// Whether it is measured where nothing is asked for.
  public var isUsual: Bool { [.overlap, .rates, .counts, .volumes, .surfaces].contains(self) }
}

extension Metric {
  /// Whether some of these metrics look at probabilities where they are known.
  public static func useProbabilities(_ metrics: [Metric]) -> Bool {
    let names = Set((MetricGroup.probabilities.metrics + MetricGroup.membranes.metrics).map(\.baseName))
    return metrics.contains { names.contains($0.baseName) }
  }

  /// Every metric, in the order of reports.
  public static let catalogue: [Metric] = MetricGroup.allCases.flatMap(\.metrics)

  /// What is measured where nothing is asked for, in the order of reports.
  public static let usual: [Metric] = MetricGroup.allCases.filter(\.isUsual).flatMap(\.metrics)

  /// The metrics of a list of names, in the order of reports; a name is a metric's, with or without its unit, in capitals
  /// or not, or a group's.
  ///
  /// Throws: `MetricsError.unknownMetric`, `.noMetric` for an empty list.
  public static func chosen(_ names: [String]) throws(MetricsError) -> [Metric] {
    guard !names.isEmpty else { throw .noMetric }
    var wanted = Set<String>()
    for name in names {
      if let group = MetricGroup(rawValue: name) {
        wanted.formUnion(group.metrics.map(\.baseName))
      } else if name == "all" {
        wanted.formUnion(catalogue.map(\.baseName))
      } else if let metric = catalogue.first(where: { $0.answers(to: name) }) {
        wanted.insert(metric.baseName)
      } else {
        throw .unknownMetric(name)
      }
    }
    return catalogue.filter { wanted.contains($0.baseName) }
  }

  /// The metric or group that a misspelt name may mean: one that begins as it does, signs left out.
  static func suggestion(for name: String) -> String? {
    func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    let wanted = letters(name)
    let known = MetricGroup.allCases.map(\.rawValue) + catalogue.flatMap { [$0.baseName, $0.name] }
    guard wanted.count > 1 else { return nil }
    return known.first { letters($0) == wanted } ?? known.first { letters($0).hasPrefix(wanted) }
      ?? known.first { wanted.hasPrefix(letters($0)) && letters($0).count > 2 }
  }

  /// Whether a name, in capitals or not, is this metric's.
  private func answers(to name: String) -> Bool {
    let names = [baseName, self.name, self.name(in: .pixels)] + (baseName == Metric.dice.baseName ? ["F1"] : [])
    return names.contains { $0.lowercased() == name.lowercased() }
  }
}
