import Datasets
import Files
import Foundation
import Jobs
import Networks
import Pipelines
import ScanIO

/// The stage `predict`: segments a part of the data set, or every scan of a pattern, with a trained model.
struct PredictStage: Stage {
  static let kind = "predict"
  static let version = 5
  static let summary = "segments scans; each prediction has the name and geometry of its scan"
  static let inputs = [
    StageInput(.model, takesSeveral: true), StageInput(.dataset, isRequired: false),
    StageInput(.split, isRequired: false),
  ]
  static let outputs = [StageOutput(.predictions, path: "predictions", publishedAs: "predictions")]
  static let links = [StageLink(path: FailureTable.fileName, publishedAs: FailureTable.fileName)]
  static var settings: [String: String] { Kernels.settings }

  private let part: PartChoice?
  private let images: String?
  private let policy: BadCasePolicy
  private let configuration: PredictionConfiguration
  private let output: Output?

  /// What is written of each scan.
  private enum Output: String, CaseIterable {
    case labels, scans, embeddings
  }

  init(_ parameters: ParameterReader) throws {
    part = try parameters.optionalChoice("part")
    images = try parameters.optionalURL("images")?.path
    policy = try parameters.choice("on_bad_case", default: .quarantine)
    configuration = try parameters.configuration()
    output = try parameters.optionalChoice("output")
    if output == .scans || output == .embeddings {
      for key in PredictionConfiguration.keys.map(\.name) where parameters.has(key) {
        try parameters.refuse(
          key, expected: "no '\(key)' with output: \(output?.rawValue ?? ""), which gives no labels")
      }
    }
    if part != nil, images != nil {
      try parameters.refuse("part", expected: "no 'part' together with 'images'")
    }
  }

  /// Embeddings are of all cases unless a part is chosen: a probe learns from some and is tested on others.
  private var chosenPart: PartChoice? { part ?? (output == .embeddings ? .all : nil) }

  /// Scans of a pattern, and all cases, need no split.
  var neededInputs: [StageInput] {
    Self.inputs.filter { $0.type != .split || (images == nil && chosenPart != .all) }
  }

  func externalFiles() throws -> [ExternalFile] {
    guard let images else { return [] }
    let isSearch = FileSystem.kind(of: images) != .file
    return try ScanFolder.scans(images).flatMap { scan in
      ScanFile.parts(of: scan.url).map {
        ExternalFile(
          $0, role: "scan \(scan.name)", searchedFolder: isSearch ? scan.url.deletingLastPathComponent() : nil)
      }
    }
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let models = context.inputs.all(.model, as: ModelForecast.self)
    try checkOutput(of: models, stage: context.stage)
    let judges = output.map { $0 == .scans } ?? models.contains { !$0.segments }
    if context.sources(of: .model).count > 1, judges || output == .embeddings {
      throw StageError.segmentsNothing(
        stage: context.stage, what: "several models are given; only labels are averaged",
        remedy: "choose one with 'from', or with 'collect' none")
    }
    if let images {
      let names = PredictionItem.possibleOutputNames(of: try ScanFolder.scans(images))
      return Forecast(
        .predictions,
        PredictionForecast(
          scans: .others(outputNames: names), stage: context.stage,
          content: output == .embeddings ? .embeddings : judges ? .scans : .labels))
    }
    guard context.connected.contains(.dataset) else { throw StageError.nothingToPredict(stage: context.stage) }
    let ids = try context.ids(of: chosenPart)
    guard output != nil || !models.isEmpty else { return Forecast() }
    return Forecast(
      .predictions,
      PredictionForecast(
        scans: ids.map { .cases(Set($0)) } ?? .unknown, stage: context.stage,
        content: output == .embeddings ? .embeddings : judges ? .scans : .labels))
  }

  /// Checks that the models can give what is asked for.
  private func checkOutput(of models: [ModelForecast], stage: String) throws {
    func problem(_ what: String, _ remedy: String) -> StageError {
      .segmentsNothing(stage: stage, what: what, remedy: remedy)
    }
    if output != .embeddings, models.contains(where: { !$0.segments && !$0.judgesScans }) {
      throw problem(
        "the model is that of a pre-training, which segments nothing yet",
        "add a fine-tune stage, choose another model with 'from', or set 'output: embeddings'")
    }
    if output == .labels, models.contains(where: { !$0.segments }) {
      throw problem("the model judges whole scans, and gives no labels", "remove 'output: labels'")
    }
    if output == .scans, models.contains(where: { !$0.judgesScans }) {
      throw problem(
        "the model segments, and says nothing of whole scans", "train it with 'task: classify' or with 'also'")
    }
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if output == .embeddings { return try embed(context) }
    let segments = try ModelCard.isIn(WeightFile(contentsOf: context.input(.model)))
    if output == .scans || (output == nil && !segments), let judge = try ScanJudge(contentsOf: context.input(.model)) {
      return try judgeScans(context, judge)
    }
    let segmenter = try CaseSegmenter(
      context.all(.model).map { try TrainedModel(contentsOf: $0.url) }, configuration: configuration)
    let loaded = try context.optionalInput(.dataset).map { _ in try LoadedDataset(context) }
    let folder = context.folder.appending(path: "predictions")
    try FileSystem.makeFolder(folder.path)
    // Other scans are read as the training read its own.
    let other = CaseReader(classes: nil, reading: segmenter.card.reading)
    let job = PredictionJob(
      segmenter: segmenter, reader: images == nil ? loaded?.reader ?? other : other,
      store: StagePredictions(folder, isResuming: context.isResuming), policy: policy)
    let items = try items(
      loaded, channels: segmenter.card.scanChannels, choices: segmenter.card.reading.choices, context)
    let outcome = try job.run(items, log: context.log, interruption: context.interruption)
    try context.check(items.flatMap(\.images).flatMap(ScanFile.parts))
    try FailureTable.write(outcome.failures, to: context.folder)
    context.log.info(outcome.summary)
    return outcome.failures.isEmpty ? .done : .doneExcept(quarantined: outcome.failures.count)
  }

  /// Judges whole scans: writes a table in place of label files.
  private func judgeScans(_ context: StageContext, _ judge: ScanJudge) throws -> StageOutcome {
    let column = judge.card.column
    return try predictRows(context, with: judge, reading: judge.card.reading, file: ScanPredictions.fileName) { rows in
      context.log.info("\(counted(rows.count, "scan")) judged: column '\(column)'")
      return ScanPredictions(column: column, classes: judge.card.outcome.classes, rows: rows).csv
    }
  }

  /// Writes a table of features in place of label files.
  private func embed(_ context: StageContext) throws -> StageOutcome {
    let embedder = try ScanEmbedder(contentsOf: context.input(.model))
    let reading = embedder.reading ?? ScanReading()
    return try predictRows(context, with: embedder, reading: reading, file: Embeddings.fileName) { rows in
      context.log.info("\(counted(rows.count, "scan")), \(counted(embedder.names.count, "feature")) each")
      return Embeddings(names: embedder.names, rows: rows).csv
    }
  }

  private func predictRows(
    _ context: StageContext, with network: any ScanNetwork, reading: ScanReading, file: String,
    table: ([ScanRow]) -> Data
  ) throws -> StageOutcome {
    guard context.all(.model).count == 1 else {
      throw JobError.judgesScans(file: context.all(.model).map(\.name).joined(separator: ", "))
    }
    let loaded = try context.optionalInput(.dataset).map { _ in try LoadedDataset(context) }
    let items = try items(loaded, channels: network.channels, choices: reading.choices, context)
    let folder = context.folder.appending(path: "predictions")
    try FileSystem.makeFolder(folder.path)
    let other = CaseReader(classes: nil, reading: reading)
    let (rows, failures) = try network.rows(
      of: items, reader: images == nil ? loaded?.reader ?? other : other, policy: policy, log: context.log,
      interruption: context.interruption)
    try context.check(items.flatMap(\.images).flatMap(ScanFile.parts))
    try AtomicFile.write(table(rows), to: folder.appending(path: file))
    try FailureTable.write(failures, to: context.folder)
    return failures.isEmpty ? .done : .doneExcept(quarantined: failures.count)
  }

  private func items(
    _ loaded: LoadedDataset?, channels: Int, choices: ReadingChoices, _ context: StageContext
  ) throws -> [PredictionItem] {
    if let images {
      let listing = try ScanFolder.listing(images)
      for warning in listing.leftOut.warnings { context.log.warning(warning) }
      return try PredictionItem.items(
        listing.items, channels: channels, choices: choices, log: context.log)
    }
    guard let loaded else { throw StageError.nothingToPredict(stage: context.stage) }
    return try PartChoice.cases(chosenPart, of: loaded.dataset, context).map { item in
      PredictionItem(
        name: item.id, images: try loaded.location(item.id).imageURLs,
        outputName: PredictionItem.outputName(of: item))
    }
  }
}

/// The part of the data set that a stage processes.
enum PartChoice: String, CaseIterable {
  case train, validation, test, all

  /// The cases of a choice; without one those of the test part, or all where there is no split.
  static func cases(_ choice: PartChoice?, of dataset: Dataset, _ context: StageContext) throws -> [Dataset.Case] {
    let split = try context.optionalInput(.split).map { try Split(artefact: $0) }
    let choice = choice ?? (split == nil ? .all : .test)
    guard let part = Split.Part(rawValue: choice.rawValue) else { return dataset.cases }
    guard let split else { throw StageError.noSplit(stage: context.stage, part: choice.rawValue) }
    return try split.cases(of: part, for: context.stage).map { id in
      guard let found = dataset.case(id) else {
        throw JobError.unmatched(what: "case of the split is not", names: [id], folder: "the data set")
      }
      return found
    }
  }
}
