import Foundation

extension EvaluationReport {
  /// The report in the shape of nnU-Net's `summary.json`, with sorted keys; equal results give equal bytes.
  ///
  /// `foreground_mean` and `mean` (for each class) hold means as `Evaluation` defines them, `metric_per_case`
  /// each case's values. Classes are keyed by their value in files; `class_names` names them, and `status_counts`
  /// says how many cases of each have which status. `statistics` has the means with and without penalties and their
  /// intervals, `by` the same for parts of the cases, `folds` the
  /// spread over the folds of a cross-validation. What is undefined is null.
  ///
  /// Throws: what `JSONEncoder` throws, for none of these values known.
  public func summaryJSON() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(Summary(self)) + Data("\n".utf8)
  }
}

private struct Summary: Encodable {
  let bootstrap: BootstrapFacts
  let by: [String: [String: StatisticsTable]]
  let classNames: [String: String]
  let confusionMatrix: Confusion?
  let folds: [String: [String: FoldSpread]]?
  let foregroundMean: [String: MetricValue]
  let mean: [String: [String: MetricValue]]
  let membraneThresholds: [String: [String: Double]]?
  let metricPerCase: [Case]
  let notComputed: [String: String]
  let statistics: StatisticsTable
  let statusCounts: [String: [String: Int]]
  let tolerance: Double

  enum CodingKeys: String, CodingKey {
    case bootstrap, by, folds, mean, statistics, tolerance
    case classNames = "class_names"
    case confusionMatrix = "confusion_matrix"
    case foregroundMean = "foreground_mean"
    case membraneThresholds = "membrane_thresholds"
    case metricPerCase = "metric_per_case"
    case notComputed = "not_computed"
    case statusCounts = "status_counts"
  }

  struct BootstrapFacts: Encodable {
    let groups: Int
    let level: Double
    let resamples: Int
    let seed: UInt64
  }

  struct Confusion: Encodable {
    let labels: [Int]
    let voxels: [[Int]]
  }

  struct Case: Encodable {
    let attributes: [String: String]
    let group: String
    let metrics: [String: ClassMetrics]
    let name: String
    let predictionFile: String
    let referenceFile: String

    enum CodingKeys: String, CodingKey {
      case attributes, group, metrics
      case name = "case"
      case predictionFile = "prediction_file"
      case referenceFile = "reference_file"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      if !attributes.isEmpty { try container.encode(attributes, forKey: .attributes) }
      try container.encode(group, forKey: .group)
      try container.encode(metrics, forKey: .metrics)
      try container.encode(name, forKey: .name)
      try container.encode(predictionFile, forKey: .predictionFile)
      try container.encode(referenceFile, forKey: .referenceFile)
    }
  }

  init(_ report: EvaluationReport) {
    let evaluation = report.evaluation
    let labels = evaluation.classes.map { String($0.fileValue) }
    func byLabel<Value>(_ value: (Int) -> Value) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, value($0)) })
    }
    func byMetric(_ mean: (String) -> Double?) -> [String: MetricValue] {
      Dictionary(
        uniqueKeysWithValues: evaluation.metricNames.map { ($0, mean($0).map(MetricValue.init) ?? .undefined) })
    }
    bootstrap = BootstrapFacts(
      groups: evaluation.groupNames.count, level: Bootstrap.level, resamples: report.choices.resamples,
      seed: report.choices.seed)
    by = Dictionary(grouping: report.parts, by: \.column).mapValues { parts in
      Dictionary(uniqueKeysWithValues: parts.map { ($0.value, StatisticsTable($0.evaluation, $0.statistics)) })
    }
    classNames = byLabel { evaluation.classes[$0].name }
    confusionMatrix = evaluation.confusion.map {
      Confusion(labels: [0] + evaluation.classes.map(\.fileValue), voxels: $0.rows)
    }
    let spreads = report.foldSpreads
    folds = spreads.isEmpty ? nil : spreads
    foregroundMean = byMetric { evaluation.foregroundMean(of: $0) }
    mean = byLabel { index in byMetric { evaluation.mean(of: $0, classIndex: index + 1) } }
    let thresholds = report.membraneThresholds
    membraneThresholds =
      thresholds.isEmpty
      ? nil
      : Dictionary(
        uniqueKeysWithValues: thresholds.map { index, choice in
          (labels[index - 1], ["threshold": choice.threshold, "VRand": choice.meanRand])
        })
    metricPerCase = evaluation.cases.map { result in
      Case(
        attributes: result.attributes, group: result.group,
        metrics: byLabel { ClassMetrics(result: result.classes[$0]) }, name: result.name,
        predictionFile: result.predictionFile, referenceFile: result.referenceFile)
    }
    notComputed = report.reasons.mapValues(\.rawValue)
    statistics = StatisticsTable(evaluation, report.statistics)
    statusCounts = byLabel { index in
      Dictionary(
        uniqueKeysWithValues: OverlapStatus.allCases.map { ($0.rawValue, evaluation.caseCount($0, class: index + 1)) })
    }
    tolerance = report.choices.settings.tolerance
  }
}

/// The name of a metric or of a class as a key.
private struct NameKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// A class's values and its status, side by side; `penalised` has the values that differ in penalised means.
private struct ClassMetrics: Encodable {
  let result: ClassResult

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode(result.status, forKey: NameKey(stringValue: "status"))
    for measurement in result.measurements {
      try container.encode(measurement.value, forKey: NameKey(stringValue: measurement.metric))
    }
    let penalised = result.measurements.filter { $0.penalised.number != nil && $0.penalised.number != $0.value.number }
    guard !penalised.isEmpty else { return }
    try container.encode(
      Dictionary(uniqueKeysWithValues: penalised.map { ($0.metric, $0.penalised) }),
      forKey: NameKey(stringValue: "penalised"))
  }
}

/// Statistics by class, then by metric.
private struct StatisticsTable: Encodable {
  private let tables: [(label: String, metrics: [String: MetricStatistics])]

  init(_ evaluation: Evaluation, _ statistics: EvaluationStatistics) {
    tables =
      zip(evaluation.classes, statistics.classes).map { ("\($0.fileValue)", $1) }
      + [("foreground", statistics.foreground)]
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    for (label, metrics) in tables {
      try container.encode(metrics.mapValues(MetricTable.init), forKey: NameKey(stringValue: label))
    }
  }
}

private struct MetricTable: Encodable {
  let cases: Int
  let casesPresent: Int
  let meanPenalised: MetricValue
  let meanPenalisedInterval: [MetricValue]
  let meanPresent: MetricValue
  let meanPresentInterval: [MetricValue]
  let sd: Double?
  let median: Double?
  let p5: Double?
  let p95: Double?

  enum CodingKeys: String, CodingKey {
    case cases, sd, median, p5, p95
    case casesPresent = "cases_present"
    case meanPenalised = "mean_penalised"
    case meanPenalisedInterval = "mean_penalised_interval"
    case meanPresent = "mean_present"
    case meanPresentInterval = "mean_present_interval"
  }

  init(_ statistics: MetricStatistics) {
    func value(_ number: Double?) -> MetricValue { number.map(MetricValue.init) ?? .undefined }
    func ends(_ interval: ClosedRange<Double>?) -> [MetricValue] {
      [value(interval?.lowerBound), value(interval?.upperBound)]
    }
    cases = statistics.count
    casesPresent = statistics.presentCount
    meanPenalised = value(statistics.penalisedMean)
    meanPenalisedInterval = ends(statistics.penalisedInterval)
    meanPresent = value(statistics.presentMean)
    meanPresentInterval = ends(statistics.presentInterval)
    (sd, median) = (statistics.standardDeviation, statistics.median)
    (p5, p95) = (statistics.percentile5, statistics.percentile95)
  }
}
