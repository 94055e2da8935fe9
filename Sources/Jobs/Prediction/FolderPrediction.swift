import Datasets
import Files
import Foundation
import Networks
import Pipelines
import ScanIO

/// Segments the scans of a folder with trained models, or judges them with one: `segment predict`.
public struct FolderPrediction {
  private let models: [URL]
  private let input: String
  private let output: URL
  private let configuration: PredictionConfiguration
  private let part: (id: Int, count: Int)
  private let overwrites: Bool

  /// - Parameters:
  ///   - models: Model files; the class probabilities of several are averaged.
  ///   - input: A scan or a folder of scans.
  ///   - output: The folder for the predictions, made where there is none.
  ///   - configuration: How the models predict, and whether probabilities are written.
  ///   - part: Of the scans in order, those whose index leaves `id` when divided by `count` are predicted.
  ///   - overwrites: Whether files in the folder that this program did not write may be replaced.
  public init(
    models: [URL], input: String, output: URL, configuration: PredictionConfiguration = PredictionConfiguration(),
    part: (id: Int, count: Int) = (0, 1), overwrites: Bool = false
  ) {
    self.models = models
    self.input = input
    self.output = output
    self.configuration = configuration
    self.part = part
    self.overwrites = overwrites
  }

  /// Predicts, and returns the number of skipped scans; `failures.csv` lists them.
  ///
  /// - Throws: `JobError.nothingPredicted` where every scan was skipped; `NetworkError`, other `JobError`s, `DatasetError`, `Interrupted`; `FileError` before any work where a file would be
  ///   replaced that must stay.
  public func run(log: RunLog, interruption: Interruption) throws -> Int {
    if let judge = try judge() { return try judgeScans(judge, log: log, interruption: interruption) }
    let segmenter = try CaseSegmenter(models.map { try TrainedModel(contentsOf: $0) }, configuration: configuration)
    let card = segmenter.card
    var reading = card.reading
    reading.choices.advice = .conversion
    let listing = try ScanFolder.listing(input, output: output)
    for warning in listing.leftOut.warnings { log.warning(warning) }
    let all = try PredictionItem.items(
      listing.items, channels: card.scanChannels, choices: reading.choices, log: log)
    let items = all.enumerated().filter { $0.offset % part.count == part.id }.map(\.element)
    try PredictionJob.requireDistinctOutputs(all, configuration.probabilities)
    let folder = OutputFolder(output, replacesForeignFiles: overwrites)
    try folder.check(
      items.flatMap { $0.outputNames(configuration.probabilities) } + [FailureTable.fileName],
      inputs: all.flatMap(\.images).flatMap(ScanFile.parts) + models)
    try FileSystem.makeFolder(output.path)
    let store = RecordedPredictions(
      folder, models: try models.map { try ContentHash.hash(of: $0) },
      settings: Kernels.settings.merging(
        configuration.labelSettings(seesWindows: segmenter.seesWindows)
      ) { $1 })
    let job = PredictionJob(
      segmenter: segmenter, reader: CaseReader(classes: nil, reading: reading), store: store, policy: .quarantine)
    let outcome: PredictionOutcome
    do {
      outcome = try job.run(items, log: log, interruption: interruption)
    } catch {
      // What was found so far is kept; the reason why the work ends matters more than what becomes of the table.
      try? writeFailures(of: all, to: folder)
      throw error
    }
    try writeFailures(of: all, to: folder)
    log.info("\(outcome.summary): \(output.relativePath)")
    // A part of the scans says nothing of the others.
    guard part.count > 1 || !outcome.isNothing else {
      throw JobError.nothingPredicted(
        outcome.failures, table: output.appending(path: FailureTable.fileName).relativePath)
    }
    return outcome.failures.count
  }

  /// The model where it is a single one that judges whole scans and does not segment.
  private func judge() throws -> ScanJudge? {
    guard models.count == 1, try !ModelCard.isIn(WeightFile(contentsOf: models[0])) else { return nil }
    return try ScanJudge(contentsOf: models[0])
  }

  /// Writes a table of classes or numbers, one for each part of the work.
  private func judgeScans(_ judge: ScanJudge, log: RunLog, interruption: Interruption) throws -> Int {
    var reading = judge.card.reading
    reading.choices.advice = .conversion
    let listing = try ScanFolder.listing(input, output: output)
    for warning in listing.leftOut.warnings { log.warning(warning) }
    let all = try PredictionItem.items(
      listing.items, channels: judge.channels, choices: reading.choices, log: log)
    let items = all.enumerated().filter { $0.offset % part.count == part.id }.map(\.element)
    let suffix = part.count > 1 ? "_part_\(part.id)" : ""
    let (table, failed) = ("predictions\(suffix).csv", "failures\(suffix).csv")
    let folder = OutputFolder(output, replacesForeignFiles: overwrites)
    try folder.check([table, failed], inputs: all.flatMap(\.images).flatMap(ScanFile.parts) + models)
    try FileSystem.makeFolder(output.path)
    let (rows, failures) = try judge.rows(
      of: items, reader: CaseReader(classes: nil, reading: reading), policy: .quarantine, log: log,
      interruption: interruption)
    let origin = FileOrigin(command: "predict")
    let predictions = ScanPredictions(column: judge.card.column, classes: judge.card.outcome.classes, rows: rows)
    try AtomicFile.write(predictions.csv, to: folder.target(table, origin: origin))
    if failures.isEmpty {
      try folder.removeOwn(failed)
    } else {
      let reasons = failures.map { (name: $0.name, reason: "\($0.error)") }
      try AtomicFile.write(FailureTable.csv(reasons), to: folder.target(failed, origin: origin))
    }
    log.info("\(counted(rows.count, "scan")) judged: \(output.appending(path: table).relativePath)")
    return failures.count
  }

  /// The table of what all parts of the work, and earlier commands, could not predict: first these scans in their order.
  private func writeFailures(of items: [PredictionItem], to folder: OutputFolder) throws {
    try folder.updateTable(FailureTable.fileName, origin: FileOrigin(command: "predict")) { reasons in
      var failures = items.compactMap { item in reasons[item.outputName].map { (name: item.name, reason: $0) } }
      let others = Set(reasons.keys).subtracting(items.map(\.outputName))
      failures += others.sorted().compactMap { name in reasons[name].map { (name: name, reason: $0) } }
      return failures.isEmpty ? nil : FailureTable.csv(failures)
    }
  }
}
