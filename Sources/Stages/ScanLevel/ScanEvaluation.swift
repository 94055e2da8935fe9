import Datasets
import Files
import Foundation
import Jobs
import Metrics
import Pipelines

/// The evaluation of classes or numbers of whole scans: `summary.json` and `metrics.csv`.
struct ScanEvaluation {
  let context: StageContext
  let table: URL
  let seed: UInt64

  private struct Summary: Encodable {
    struct Case: Encodable {
      let `case`, group, reference, predicted: String
    }

    let target: String
    let scans: Int
    let groups: Int
    let classification: ScanClassification?
    let regression: ScanRegression?
    let cases: [Case]
    let notPredicted: [String]

    enum CodingKeys: String, CodingKey {
      case target, scans, groups, classification, regression, cases
      case notPredicted = "not_predicted"
    }
  }

  /// Evaluates the predictions of cases.
  ///
  /// - Throws: `StageError.targets` where a case has no reference, or one that the model does not know.
  func run(_ predictions: ScanPredictions, of cases: [Dataset.Case]) throws {
    let attributes = try CaseAttributes(table: table, columns: [predictions.column])
    let rows = Dictionary(predictions.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func problem(_ text: String) -> StageError {
      .targets(stage: context.stage, column: predictions.column, problem: text)
    }
    let known = cases.filter { rows[$0.id] != nil }
    let missing = cases.map(\.id).filter { rows[$0] == nil }
    guard !known.isEmpty else { throw problem("none of the cases has a prediction") }
    if !missing.isEmpty {
      context.log.warning(
        "not evaluated, since there is no prediction: \(counted(missing.count, "case")): \(listed(missing))")
    }
    let references = try known.map { item -> String in
      guard let text = attributes.attribute(predictions.column, of: item.id) else {
        throw problem("case '\(item.id)' has no value in \(table.lastPathComponent)")
      }
      return text
    }
    let groups = known.map { attributes.group(of: $0.id) ?? $0.group }
    let values = known.map { rows[$0.id]?.values ?? [] }
    var (classification, regression): (ScanClassification?, ScanRegression?) = (nil, nil)
    var predicted: [String]
    if let classes = predictions.classes {
      let indices = try zip(known, references).map { item, text in
        guard let index = classes.firstIndex(of: text) else {
          throw problem("case '\(item.id)' has the class '\(text)', which the model does not know (\(listed(classes)))")
        }
        return index
      }
      let scores = ScanClassification(
        classes: classes, reference: indices, probabilities: values, groups: groups, seed: seed)
      predicted = values.map { classes[ScanClassification.mostProbable($0)] }
      report(scores)
      classification = scores
    } else {
      let numbers = try zip(known, references).map { item, text in
        guard let number = Double(text) else { throw problem("case '\(item.id)' has '\(text)'; expected a number") }
        return number
      }
      let scores = ScanRegression(reference: numbers, predicted: values.map { $0[0] }, groups: groups, seed: seed)
      predicted = values.map { "\($0[0])" }
      report(scores)
      regression = scores
    }
    let summary = Summary(
      target: predictions.column, scans: known.count, groups: Set(groups).count, classification: classification,
      regression: regression,
      cases: known.indices.map {
        .init(case: known[$0].id, group: groups[$0], reference: references[$0], predicted: predicted[$0])
      }, notPredicted: missing)
    try AtomicFile.write(
      CanonicalJSON.data(of: summary), to: context.folder.appending(path: EvaluationFiles.summary))
    let lines = summary.cases.map { [$0.case, $0.group, $0.reference, $0.predicted] }
    try AtomicFile.write(
      Data(([["case", "group", "reference", "predicted"]] + lines).map(CSVText.line).joined().utf8),
      to: context.folder.appending(path: "metrics.csv"))
  }

  private func text(_ number: MeasuredNumber) -> String {
    guard let value = number.value else { return "undefined" }
    return significant(value) + (number.interval.map { " (95 % \(significant($0[0])) to \(significant($0[1])))" } ?? "")
  }

  private func report(_ scores: ScanClassification) {
    context.log.info(
      "accuracy \(text(scores.accuracy)) over \(counted(scores.confusion.joined().reduce(0, +), "scan"))")
    for item in scores.perClass {
      func share(_ value: Double?) -> String { value.map(significant) ?? "undefined" }
      context.log.info(
        "\(item.name): sensitivity \(share(item.sensitivity)), specificity \(share(item.specificity)), precision "
          + "\(share(item.precision)), area under the ROC curve \(text(item.rocAUC))")
    }
  }

  private func report(_ scores: ScanRegression) {
    context.log.info("mean absolute error \(text(scores.mae)), R2 \(text(scores.r2)), bias \(text(scores.bias))")
  }
}
