import Datasets
import Files
import Foundation
import Jobs
import LinearModels
import Pipelines

/// The stage `probe`: learns a class or a number of whole scans from frozen features alone, by a linear model.
struct ProbeStage: Stage {
  static let kind = "probe"
  static let version = 1
  static let summary = "learns a class or number of whole scans from features (predict: {output: embeddings}), linearly"
  static let inputs = [StageInput(.predictions), StageInput(.dataset), StageInput(.split)]
  static let outputs = [StageOutput(.predictions, path: "predictions", publishedAs: "predictions")]
  static let links = [StageLink(path: fileName, publishedAs: fileName)]

  private static let fileName = "probe.json"

  private let target: TargetColumn
  private let part: PartChoice?
  private let folds: Int

  private enum Task: String, CaseIterable {
    case classify, regress
  }

  init(_ parameters: ParameterReader) throws {
    let task: Task = try parameters.choice("task")
    target = try TargetColumn(parameters, kind: task == .classify ? .classes : .numbers)
    part = try parameters.optionalChoice("part")
    folds = try parameters.int("folds", default: 5, in: .within(2...1000))
  }

  func externalFiles() throws -> [ExternalFile] { try target.externalFiles() }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try context.requireCases(in: .train)
    // A probe learns from the training part alone.
    if let split = context.split?.split {
      _ = try ScanTargets(target, training: split.train, validation: [], stage: context.stage)
    }
    let embedded: PredictionForecast? = context.inputs.value(.predictions)
    if let embedded, embedded.content != .embeddings {
      throw StageError.segmentsNothing(
        stage: context.stage, what: "\(embedded.stage) does not predict features",
        remedy: "set 'output: embeddings' there, or choose another predict stage with 'from'")
    }
    let ids = try context.ids(of: part)
    let missing =
      embedded?.missing(
        from: (context.split?.split?[.train] ?? []) + (ids ?? []), of: context.dataset) ?? []
    if let embedded, !missing.isEmpty { throw embedded.error(missing: missing, in: context.stage) }
    return Forecast(
      .predictions,
      PredictionForecast(
        scans: ids.map { .cases(Set($0)) } ?? .unknown, stage: context.stage, content: .scans))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let dataset = try LoadedDataset(context).dataset
    guard let embeddings = try Embeddings(folder: context.input(.predictions)) else {
      throw StageError.damagedArtefact(file: try context.input(.predictions).path, reason: "no \(Embeddings.fileName)")
    }
    let features = Dictionary(embeddings.rows.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    func known(_ cases: [Dataset.Case]) -> [Dataset.Case] {
      let missing = cases.map(\.id).filter { features[$0] == nil }
      if !missing.isEmpty {
        context.log.warning(
          "left out, since there are no features: \(counted(missing.count, "case")): \(listed(missing))")
      }
      return cases.filter { features[$0.id] != nil }
    }
    let training = known(try PartChoice.cases(.train, of: dataset, context))
    let targets = try ScanTargets(target, training: training.map(\.id), validation: [], stage: context.stage)
    try context.check([target.table])
    let probe = try fit(targets, training, features, context)
    let rows = known(try PartChoice.cases(part, of: dataset, context)).map { item in
      let values = probe.predict(features[item.id] ?? [])
      return ScanRow(name: item.id, values: targets.outcome.inUnits(values))
    }
    let folder = context.folder.appending(path: "predictions")
    try FileSystem.makeFolder(folder.path)
    let predictions = ScanPredictions(column: target.name, classes: targets.outcome.classes, rows: rows)
    try AtomicFile.write(predictions.csv, to: folder.appending(path: ScanPredictions.fileName))
    let description = ProbeDescription(probe, column: target.name, outcome: targets.outcome, scans: training.count)
    try AtomicFile.write(CanonicalJSON.data(of: description), to: context.folder.appending(path: Self.fileName))
    return .done
  }

  private func fit(
    _ targets: ScanTargets, _ training: [Dataset.Case], _ features: [String: [Double]], _ context: StageContext
  ) throws -> LinearProbe {
    let values = training.map { targets.values[$0.id] ?? .nan }
    let areClasses = target.kind == .classes
    let folds = try heldOut(training, classes: areClasses ? values.map(Int.init) : [], context)
    do {
      let probe = try LinearProbe(
        FeatureMatrix(training.map { features[$0.id] ?? [] }),
        targets: areClasses ? .classes(values.map(Int.init), count: targets.outputs) : .numbers(values), folds: folds,
        check: context.interruption.throwIfRequested)
      report(probe, targets: values, areClasses: areClasses, to: context.log)
      return probe
    } catch let error as LinearModelError {
      throw StageError.targets(stage: context.stage, column: target.name, problem: "\(error)")
    }
  }

  private func report(_ probe: LinearProbe, targets: [Double], areClasses: Bool, to runLog: RunLog) {
    let loss = probe.trials.first { $0.strength == probe.strength }?.loss ?? .nan
    // What a constant would have: the entropy of the classes, or the variance.
    let counts = Dictionary(targets.map { ($0, 1.0) }, uniquingKeysWith: +).values
    let shares = counts.sorted().map { $0 / Double(targets.count) }
    let constant = areClasses ? -shares.reduce(0) { $0 + $1 * log($1) } : 1
    runLog.info(
      "\(areClasses ? "logistic" : "ridge") regression on \(counted(targets.count, "scan")), "
        + "\(counted(probe.function.featureCount, "feature")); regularisation \(significant(probe.strength)) by "
        + "cross-validation (\(areClasses ? "cross-entropy" : "squared error in units of the variance") "
        + "\(significant(loss)); a constant has \(significant(constant)))")
    if loss >= constant {
      runLog.warning("by cross-validation, the features say no more of '\(target.name)' than a constant")
    } else if probe.strength == LinearProbe.strengths.last {
      runLog.warning(
        "the weakest regularisation that is tried was the best: the features may fit the training scans too well, as where their "
          + "network was trained on these")
    }
  }

  /// The fold in which each case is held out, those of a group together, each class about as often in each.
  private func heldOut(_ training: [Dataset.Case], classes: [Int], _ context: StageContext) throws -> [Int] {
    let cases = training.map { GroupedCase(id: $0.id, group: $0.group) }
    let count = min(folds, Set(cases.map(\.group)).count)
    guard count > 1 else { return training.map { _ in 0 } }
    let names = Dictionary(
      zip(training.map(\.id), classes.map { [$0] as Set }), uniquingKeysWith: { first, _ in first })
    let folds = try Folds(count, of: cases, classes: names, seed: context.seed).cases
    return training.map { item in folds.firstIndex { $0.contains(item.id) } ?? 0 }
  }
}

/// What a probe learnt, for people and other programs.
private struct ProbeDescription: Encodable {
  let target: String
  let scans: Int
  let classes: [String]?
  let regularisation: Double
  let crossValidation: [LinearProbe.Trial]
  /// One for each class, or for the number.
  let biases: [Double]
  /// Those of each class, or of the number, in the order of the columns of `embeddings.csv`.
  let weights: [[Double]]

  enum CodingKeys: String, CodingKey {
    case target, scans, classes, regularisation, biases, weights
    case crossValidation = "cross_validation"
  }

  init(_ probe: LinearProbe, column: String, outcome: ScanOutcome, scans: Int) {
    (target, self.scans, classes) = (column, scans, outcome.classes)
    (regularisation, crossValidation) = (probe.strength, probe.trials)
    var function = probe.function
    if case .number(let mean, let deviation) = outcome { function.scale(by: deviation, adding: mean) }
    (biases, weights) = (function.biases, function.weightRows)
  }
}
