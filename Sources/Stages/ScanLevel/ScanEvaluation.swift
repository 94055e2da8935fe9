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
  /// Which fold predicted each case; nil where one model predicted all.
  let folds: MergedFolds?
  let seed: UInt64
  let policy: BadCasePolicy

  /// A case with its reference and what was predicted.
  private struct Item {
    let id, group, reference: String
    /// The probabilities of the classes, or the number.
    let values: [Double]
    /// The index of the reference's class, or its number.
    let truth: Double
  }

  /// Evaluates the predictions of cases; those whose reference cannot be used are left out, unless the policy is to stop.
  ///
  /// - Returns: The cases that were left out.
  /// - Throws: `StageError.targets` where no case can be evaluated; `JobError.badCases` where the policy is to stop.
  func run(_ predictions: ScanPredictions, of cases: [Dataset.Case]) throws -> [JobError.BadCase] {
    let rows = Dictionary(predictions.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let known = cases.filter { rows[$0.id] != nil }
    let missing = cases.map(\.id).filter { rows[$0] == nil }
    if !missing.isEmpty {
      context.log.warning(
        "not evaluated, since there is no prediction: \(counted(missing.count, "case")): \(listed(missing))")
    }
    let attributes = try CaseAttributes(table: table, columns: [predictions.column])
    var (items, failures): ([Item], [JobError.BadCase]) = ([], [])
    for item in known {
      do throws(StageError) {
        let (reference, truth) = try reference(of: item.id, in: attributes, predictions)
        items.append(
          Item(
            id: item.id, group: attributes.group(of: item.id) ?? item.group, reference: reference,
            values: rows[item.id]?.values ?? [], truth: truth))
      } catch {
        failures.append(JobError.BadCase(name: item.id, error: error))
        context.log.warning("\(error)")
      }
    }
    if policy == .stop, !failures.isEmpty { throw JobError.badCases(failures, of: known.count) }
    guard !items.isEmpty else {
      throw StageError.targets(
        stage: context.stage, column: predictions.column,
        problem: "none of the cases has a prediction and a value in \(table.lastPathComponent)")
    }
    try write(items, predictions, missing: missing)
    return failures
  }

  private func reference(
    of id: String, in attributes: CaseAttributes, _ predictions: ScanPredictions
  ) throws(StageError) -> (String, Double) {
    func problem(_ text: String) -> StageError {
      .targets(stage: context.stage, column: predictions.column, problem: text)
    }
    guard let text = attributes.attribute(predictions.column, of: id) else {
      let what = attributes.hasRow(of: id) ? "has no value" : "has no row"
      throw problem("case '\(id)' \(what) in \(table.lastPathComponent); fill the column, or leave the case out")
    }
    if let classes = predictions.classes {
      guard let index = classes.firstIndex(of: text) else {
        throw problem("case '\(id)' has the class '\(text)', which the model does not know (\(listed(classes)))")
      }
      return (text, Double(index))
    }
    guard let number = TargetColumn.number(text) else {
      throw problem("case '\(id)' has '\(text)'; \(TargetColumn.expectedNumber)")
    }
    return (text, number)
  }

  private func write(_ items: [Item], _ predictions: ScanPredictions, missing: [String]) throws {
    let scores = scores(of: items, classes: predictions.classes)
    scores.classification.map(report)
    scores.regression.map(report)
    let predicted = items.map { item in
      predictions.classes.map { $0[ScanClassification.mostProbable(item.values)] } ?? "\(item.values[0])"
    }
    let spreads = spreads(of: items, classes: predictions.classes)
    let summary = ScanSummary(
      target: predictions.column, scans: items.count, groups: Set(items.map(\.group)).count,
      classification: scores.classification, regression: scores.regression, folds: spreads,
      cases: zip(items, predicted).map {
        .init(case: $0.id, group: $0.group, reference: $0.reference, predicted: $1)
      }, notPredicted: missing)
    try AtomicFile.write(
      CanonicalJSON.data(of: summary), to: context.folder.appending(path: EvaluationFiles.summary))
    let lines = summary.cases.map { [$0.case, $0.group, $0.reference, $0.predicted] }
    try AtomicFile.write(
      Data(([["case", "group", "reference", "predicted"]] + lines).map(CSVText.line).joined().utf8),
      to: context.folder.appending(path: "metrics.csv"))
  }

  /// - Parameter resamples: For the intervals; 0: none.
  private func scores(
    of items: [Item], classes: [String]?, resamples: Int = 2000
  ) -> (classification: ScanClassification?, regression: ScanRegression?) {
    let groups = items.map(\.group)
    if let classes {
      let scores = ScanClassification(
        classes: classes, reference: items.map { Int($0.truth) }, probabilities: items.map(\.values), groups: groups,
        resamples: resamples, seed: seed)
      return (scores, nil)
    }
    let scores = ScanRegression(
      reference: items.map(\.truth), predicted: items.map { $0.values[0] }, groups: groups, resamples: resamples,
      seed: seed)
    return (nil, scores)
  }

  /// The scores of each fold, and their spread; nil where one model predicted all.
  private func spreads(of items: [Item], classes: [String]?) -> [String: ScanSummary.Spread]? {
    guard let folds, Set(items.compactMap { folds.values[$0.id] }).count > 1 else { return nil }
    var values: [String: [String: Double]] = [:]
    for (fold, members) in Dictionary(grouping: items, by: { folds.values[$0.id] ?? "" }) {
      let scores = scores(of: members, classes: classes, resamples: 0)
      values["accuracy", default: [:]][fold] = scores.classification?.accuracy.value
      for item in scores.classification?.perClass ?? [] {
        values["roc_auc of \(item.name)", default: [:]][fold] = item.rocAUC.value
      }
      values["mae", default: [:]][fold] = scores.regression?.mae.value
      values["r2", default: [:]][fold] = scores.regression?.r2.value
    }
    let spreads = values.filter { !$0.value.isEmpty }.mapValues(ScanSummary.Spread.init)
    for (name, spread) in spreads.sorted(by: { $0.key < $1.key }) {
      let deviation = spread.standardDeviation.map { ", standard deviation \(significant($0))" } ?? ""
      context.log.info(
        "\(name) over \(counted(spread.folds.count, "fold")): mean \(significant(spread.mean))\(deviation)")
    }
    if classes != nil {
      context.log.info(
        "the ROC curve above ranks the probabilities of \(Set(folds.values.values).count) models against one another")
    }
    return spreads
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

/// The `summary.json` of an evaluation of whole scans.
private struct ScanSummary: Encodable {
  struct Case: Encodable {
    let `case`, group, reference, predicted: String
  }

  /// A score of each fold in which it is defined.
  struct Spread: Encodable {
    let mean: Double
    /// Nil of a single fold.
    let standardDeviation: Double?
    let folds: [String: Double]

    init(_ folds: [String: Double]) {
      let values = folds.sorted { $0.key < $1.key }.map(\.value)
      let mean = values.reduce(0, +) / Double(values.count)
      self.folds = folds
      self.mean = mean
      standardDeviation =
        values.count > 1
        ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot() : nil
    }

    enum CodingKeys: String, CodingKey {
      case mean, folds
      case standardDeviation = "standard_deviation"
    }
  }

  let target: String
  let scans: Int
  let groups: Int
  let classification: ScanClassification?
  let regression: ScanRegression?
  let folds: [String: Spread]?
  let cases: [Case]
  let notPredicted: [String]

  enum CodingKeys: String, CodingKey {
    case target, scans, groups, classification, regression, folds, cases
    case notPredicted = "not_predicted"
  }
}
