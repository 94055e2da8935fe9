import Datasets
import Files
import Foundation
import Jobs
import Metrics
import Pipelines
import ScanIO

/// The stage `evaluate`: compares the predictions of a part of the data set with its reference labels.
struct EvaluateStage: Stage {
  static let kind = "evaluate"
  static let version = 2
  static let summary = "compares predictions with reference labels: overlap, volumes, surface distances, intervals"
  static let inputs = [
    StageInput(.predictions), StageInput(.dataset), StageInput(.split, isRequired: false), StageInput(.metrics),
  ]
  static let outputs = [
    StageOutput(.metrics, path: EvaluationFiles.summary, publishedAs: EvaluationFiles.summary)
  ]
  static let links = (EvaluationFiles.tables + [EvaluationPlots.folder]).map { StageLink(path: $0, publishedAs: $0) }

  private let part: PartChoice?
  private let policy: BadCasePolicy
  private let metrics: [Metric]?
  private let threshold: ThresholdChoice?
  private let tolerance: Double
  private let table: URL?
  private let columns: [String]

  init(_ parameters: ParameterReader) throws {
    part = try parameters.optionalChoice("part")
    metrics = try parameters.collecting("metrics") { try Self.metrics(parameters) } ?? nil
    tolerance = try parameters.double("tolerance", default: 1, in: .within(0...1e6))
    threshold = try parameters.collecting("threshold") { try ThresholdChoice(parameters) } ?? nil
    table = try parameters.optionalURL("table")
    columns = try parameters.optionalStrings("by", count: 1...64) ?? []
    if table == nil, !columns.isEmpty {
      try parameters.refuse("by", expected: "the key 'table' beside 'by': a CSV file with these columns")
    }
    policy = try parameters.choice("on_bad_case", default: .quarantine)
  }

  private static func metrics(_ parameters: ParameterReader) throws -> [Metric]? {
    guard let names = try parameters.optionalStrings("metrics", count: 1...256) else { return nil }
    if let unknown = names.first(where: { (try? Metric.chosen([$0])) == nil }) {
      let known = Metric.catalogue.map(\.name) + MetricGroup.allCases.map(\.rawValue) + ["all"]
      throw parameters.invalid(
        "metrics", expected: "names of metrics or groups: \(known.joined(separator: ", "))", found: unknown)
    }
    return try Metric.chosen(names)
  }

  /// The metrics of an earlier evaluation are needed only where they give the threshold; all cases need no split.
  var neededInputs: [StageInput] {
    Self.inputs.filter { ($0.type != .metrics || threshold == .earlier) && ($0.type != .split || part != .all) }
  }

  func externalFiles() throws -> [ExternalFile] {
    guard let table else { return [] }
    _ = try CaseAttributes(table: table, columns: columns)
    return [ExternalFile(table, role: "table")]
  }

  /// What reports call a case's prediction.
  static func predictionName(of item: Dataset.Case) -> String {
    "predictions/" + PredictionItem.outputName(of: item)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let predicted: PredictionForecast? = context.inputs.value(.predictions)
    let areOfWholeScans = predicted?.content == .scans
    let known = Forecast(.metrics, MetricsForecast(areOfWholeScans: areOfWholeScans))
    // Nothing is known of predictions whose stage has errors of its own.
    if let predicted, !areOfWholeScans {
      try predicted.requireLabels(for: context.stage)
      try context.requireLabels()
    }
    guard let ids = try context.ids(of: part), let predicted else { return known }
    if areOfWholeScans, table == nil {
      throw StageError.noTargets(stage: context.stage, column: "target of \(predicted.stage)")
    }
    if areOfWholeScans, metrics != nil || !columns.isEmpty {
      throw StageError.segmentsNothing(
        stage: context.stage, what: "the predictions are of whole scans, for which 'metrics' and 'by' mean nothing",
        remedy: "remove these keys")
    }
    let missing = predicted.missing(from: ids, of: context.dataset)
    guard missing.isEmpty else { throw predicted.error(missing: missing, in: context.stage) }
    return known
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let loaded = try LoadedDataset(context)
    let predictions = try context.input(.predictions)
    if let scans = try ScanPredictions(folder: predictions) {
      guard let table else { throw StageError.noTargets(stage: context.stage, column: scans.column) }
      let failures = try ScanEvaluation(
        context: context, table: table, folds: MergedFolds(predictions: predictions), seed: context.seed, policy: policy
      ).run(scans, of: PartChoice.cases(part, of: loaded.dataset, context))
      try context.check([table])
      try FailureTable.write(failures, to: context.folder)
      return failures.isEmpty ? .done : .doneExcept(quarantined: failures.count)
    }
    guard let classes = loaded.dataset.classes else { throw StageError.noLabels(stage: context.stage) }
    let items = try PartChoice.cases(part, of: loaded.dataset, context).map { item in
      guard let reference = try loaded.location(item.id).labelURL else {
        throw StageError.noLabels(stage: context.stage)
      }
      let name = PredictionItem.outputName(of: item)
      return EvaluationItem(
        id: item.id, prediction: predictions.appending(path: name), reference: reference, grid: item.grid,
        predictionName: Self.predictionName(of: item), referenceName: item.label?.name ?? "")
    }
    let job = EvaluationJob(
      classes: classes, reading: loaded.dataset.reading, policy: policy,
      choices: try choices(loaded.dataset, folds: MergedFolds(predictions: predictions), context))
    let (report, failures) = try job.run(items, log: context.log)
    try context.check(items.flatMap { ScanFile.parts(of: $0.reference) })
    try FileSystem.makeFolder(context.folder.appending(path: EvaluationPlots.folder).path)
    for file in try EvaluationFiles(report).files + EvaluationPlots(report).files(log: context.log) {
      try AtomicFile.write(file.data, to: context.folder.appending(path: file.name))
    }
    try FailureTable.write(failures, to: context.folder)
    EvaluationLog(report).write(to: context.log)
    return failures.isEmpty ? .done : .doneExcept(quarantined: failures.count)
  }

  /// The cases of a patient belong together as the data set says, unless the table says otherwise.
  private func choices(
    _ dataset: Dataset, folds: MergedFolds?, _ context: StageContext
  ) throws -> EvaluationChoices {
    let groups = Dictionary(uniqueKeysWithValues: dataset.cases.map { ($0.id, $0.group) })
    var attributes =
      try table.map { try CaseAttributes(table: $0, columns: columns).over(groups: groups) }
      ?? CaseAttributes(groups: groups)
    if let folds { attributes = attributes.adding(EvaluationReport.foldColumn, values: folds.values) }
    let isNew = folds != nil && !columns.contains(EvaluationReport.foldColumn)
    return EvaluationChoices(
      metrics: metrics,
      report: EvaluationReport.Choices(
        settings: MetricSettings(tolerance: tolerance, membraneThresholds: try thresholds(dataset, context)),
        columns: columns + (isNew ? [EvaluationReport.foldColumn] : []), seed: context.seed),
      attributes: attributes)
  }

  private func thresholds(_ dataset: Dataset, _ context: StageContext) throws -> [Int: Double] {
    guard let classes = dataset.classes, let threshold else { return [:] }
    switch threshold {
    case .number(let number): return Dictionary(uniqueKeysWithValues: (0..<classes.count).map { ($0, number) })
    case .earlier:
      let earlier = try ArtefactJSON.decode(EarlierThresholds.self, from: context.input(.metrics))
      guard let chosen = earlier.thresholds else { throw StageError.noThreshold(stage: context.stage) }
      return Dictionary(
        uniqueKeysWithValues: classes.scored.enumerated().compactMap { index, item in
          chosen["\(item.fileValue)"].map { (index + 1, $0.threshold) }
        })
    }
  }
}

/// The threshold of membranes: a number, or what an earlier evaluation found best.
private enum ThresholdChoice: Equatable {
  case number(Double)
  case earlier

  init?(_ parameters: ParameterReader) throws {
    guard let text = try parameters.optionalString("threshold") else { return nil }
    if text == "earlier" {
      self = .earlier
    } else if let number = Double(text), (0...1).contains(number) {
      self = .number(number)
    } else {
      throw parameters.invalid(
        "threshold", expected: "a probability from 0 to 1, or 'earlier': the best one of an earlier evaluate stage",
        found: text)
    }
  }
}

/// The best thresholds in the `summary.json` of an earlier evaluation.
private struct EarlierThresholds: Decodable {
  struct Choice: Decodable { let threshold: Double }

  /// By the label of the membrane.
  let thresholds: [String: Choice]?

  enum CodingKeys: String, CodingKey { case thresholds = "membrane_thresholds" }
}
