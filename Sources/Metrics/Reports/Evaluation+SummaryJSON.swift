import Foundation

extension Evaluation {
  /// The report in the shape of nnU-Net's `summary.json`, with sorted keys; equal results give equal bytes.
  ///
  /// `foreground_mean` and `mean` (for each class) hold means as `Evaluation` defines them, `metric_per_case`
  /// each case's values. Classes are keyed by their value in files; `class_names` names them, and `status_counts`
  /// says how many cases of each have which status. What is undefined is null.
  ///
  /// Throws: what `JSONEncoder` throws, for none of these values known.
  public func summaryJSON() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(Summary(self)) + Data("\n".utf8)
  }
}

private struct Summary: Encodable {
  let classNames: [String: String]
  let foregroundMean: [String: MetricValue]
  let mean: [String: [String: MetricValue]]
  let metricPerCase: [Case]
  let statusCounts: [String: [String: Int]]

  enum CodingKeys: String, CodingKey {
    case classNames = "class_names"
    case foregroundMean = "foreground_mean"
    case mean
    case metricPerCase = "metric_per_case"
    case statusCounts = "status_counts"
  }

  struct Case: Encodable {
    let metrics: [String: ClassMetrics]
    let predictionFile: String
    let referenceFile: String

    enum CodingKeys: String, CodingKey {
      case metrics
      case predictionFile = "prediction_file"
      case referenceFile = "reference_file"
    }
  }

  /// A class's values and its status, side by side.
  struct ClassMetrics: Encodable {
    let result: ClassResult

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(result.status, forKey: Key(stringValue: "status"))
      for measurement in result.measurements {
        try container.encode(measurement.value, forKey: Key(stringValue: measurement.metric))
      }
    }
  }

  init(_ evaluation: Evaluation) {
    let labels = evaluation.classes.map { String($0.fileValue) }
    func byLabel<Value>(_ value: (Int) -> Value) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, value($0)) })
    }
    func byMetric(_ mean: (String) -> Double?) -> [String: MetricValue] {
      Dictionary(
        uniqueKeysWithValues: evaluation.metricNames.map { ($0, mean($0).map(MetricValue.init) ?? .undefined) })
    }
    classNames = byLabel { evaluation.classes[$0].name }
    foregroundMean = byMetric { evaluation.foregroundMean(of: $0) }
    mean = byLabel { index in byMetric { evaluation.mean(of: $0, classIndex: index + 1) } }
    metricPerCase = evaluation.cases.map { result in
      Case(
        metrics: byLabel { ClassMetrics(result: result.classes[$0]) }, predictionFile: result.predictionFile,
        referenceFile: result.referenceFile)
    }
    statusCounts = byLabel { index in
      Dictionary(
        uniqueKeysWithValues: OverlapStatus.allCases.map {
          ($0.rawValue, evaluation.caseCount($0, class: index + 1))
        })
    }
  }
}
