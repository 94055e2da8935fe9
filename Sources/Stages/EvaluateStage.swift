import Datasets
import Foundation
import Jobs
import Pipelines
import ScanIO

/// The stage `evaluate`: compares the predictions of a part of the data set with its reference labels.
struct EvaluateStage: Stage {
  static let kind = "evaluate"
  static let version = 1
  static let summary = "compares predictions with reference labels: Dice, IoU, precision, recall, rates"
  static let inputs = [
    StageInput(.predictions), StageInput(.dataset), StageInput(.split, isRequired: false),
  ]
  static let outputs = [
    StageOutput(.metrics, path: EvaluationJob.summaryName, publishedAs: EvaluationJob.summaryName)
  ]
  static let links = [StageLink(path: EvaluationJob.tableName, publishedAs: EvaluationJob.tableName)]

  private let part: PartChoice?
  private let policy: BadCasePolicy

  init(_ parameters: ParameterReader) throws {
    part = try parameters.optionalChoice("part")
    policy = try parameters.choice("on_bad_case", default: .quarantine)
  }

  /// What reports call a case's prediction.
  static func predictionName(of item: Dataset.Case) -> String {
    "predictions/" + PredictionItem.outputName(of: item)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try context.requireLabels()
    guard let ids = try context.ids(of: part), let predicted: PredictionForecast = context.inputs.value(.predictions)
    else { return Forecast() }
    let missing = predicted.missing(from: ids, of: context.dataset)
    guard missing.isEmpty else { throw predicted.error(missing: missing, in: context.stage) }
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let loaded = try LoadedDataset(context)
    guard let classes = loaded.dataset.classes else { throw StageError.noLabels(stage: context.stage) }
    let predictions = try context.input(.predictions)
    let items = try PartChoice.cases(part, of: loaded.dataset, context).map { item in
      guard let reference = try loaded.location(item.id).labelURL else {
        throw StageError.noLabels(stage: context.stage)
      }
      let name = PredictionItem.outputName(of: item)
      return EvaluationItem(
        id: item.id, prediction: predictions.appending(path: name), reference: reference, grid: item.grid,
        predictionName: Self.predictionName(of: item), referenceName: item.label?.name ?? "")
    }
    let job = EvaluationJob(classes: classes, reading: loaded.dataset.reading, policy: policy)
    let (evaluation, failures) = try job.run(items, log: context.log)
    try context.check(items.flatMap { ScanFile.parts(of: $0.reference) })
    try EvaluationJob.write(evaluation, failures, to: context.folder)
    EvaluationJob.report(evaluation, context.log)
    return failures.isEmpty ? .done : .doneExcept(quarantined: failures.count)
  }
}
