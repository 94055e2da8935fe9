import Datasets
import Files
import Foundation
import Jobs
import Pipelines

/// The stage `merge`: puts the predictions of several stages into one folder, such as the out-of-fold predictions of a
/// cross-validation; each case occurs once.
struct MergeStage: Stage {
  static let kind = "merge"
  static let version = 2
  static let summary = "puts the predictions of several stages, such as of all folds, into one folder"
  static let inputs = [StageInput(.predictions, takesSeveral: true), StageInput(.dataset)]
  /// The split has all merged cases in its test part, so that later stages work on these.
  static let outputs = [
    StageOutput(.predictions, path: "predictions", publishedAs: "predictions"),
    StageOutput(.split, path: "split.json"),
  ]

  init(_ parameters: ParameterReader) throws {}

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let parts = context.inputs.all(.predictions, as: PredictionForecast.self)
    var sources: [String: String] = [:]
    var areKnown = parts.count == context.sources(of: .predictions).count
    let areOfWholeScans = parts.contains { $0.content == .scans }
    for part in parts where !areOfWholeScans || part.content != .scans { try part.requireLabels(for: context.stage) }
    for part in parts {
      if case .unknown = part.scans {
        areKnown = false
        continue
      }
      guard case .cases(let ids) = part.scans else {
        throw StageError.otherScansMerged(stage: context.stage, producer: part.stage)
      }
      for id in ids.sorted() {
        if let first = sources.updateValue(part.stage, forKey: id) {
          throw StageError.mergedTwice(stage: context.stage, id: id, producers: [first, part.stage])
        }
      }
    }
    let split = areKnown ? Split(train: [], test: sources.keys.sorted()) : nil
    var forecast = Forecast(
      .predictions,
      PredictionForecast(
        scans: split.map { .cases(Set($0.test)) } ?? .unknown, stage: context.stage,
        content: areOfWholeScans ? .scans : .labels))
    forecast.add(.split, SplitForecast(split: split, emptyParts: [.train, .validation]))
    return forecast
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let dataset = try LoadedDataset(context).dataset
    let folder = context.folder.appending(path: "predictions")
    try FileSystem.makeFolder(folder.path)
    let tables = try context.all(.predictions).map { try ScanPredictions(folder: $0.url) }
    if tables.contains(where: { $0 != nil }) { return try merge(tables, of: dataset, to: folder, context) }
    var folds: [String: String] = [:]
    var missing: [String] = []
    for item in dataset.cases {
      try context.interruption.throwIfRequested()
      let name = PredictionItem.outputName(of: item)
      let sources = context.all(.predictions).filter { FileSystem.kind(of: $0.url.appending(path: name).path) == .file }
      guard sources.count < 2 else {
        throw StageError.mergedTwice(stage: context.stage, id: item.id, producers: sources.map(\.name))
      }
      guard let source = sources.first else {
        missing.append(item.id)
        continue
      }
      for file in [name, PredictionItem.probabilitiesName(of: item)] { try copy(file, from: source.url, to: folder) }
      folds[item.id] = source.coordinates["fold"] ?? source.name
    }
    try finish(folds, missing: missing, folder: folder, context)
    return .done
  }

  /// Writes which fold each case comes from, and the split with all of them.
  private func finish(_ folds: [String: String], missing: [String], folder: URL, _ context: StageContext) throws {
    try AtomicFile.write(MergedFolds(values: folds).csv, to: folder.appending(path: MergedFolds.fileName))
    let split = Split(train: [], test: folds.keys.sorted())
    try AtomicFile.write(SplitFile(folds: [split]).json(), to: context.folder.appending(path: "split.json"))
    context.log.info("\(counted(folds.count, "prediction")) of \(counted(context.all(.predictions).count, "stage"))")
    if !missing.isEmpty {
      context.log.warning("\(counted(missing.count, "case")) without a prediction: \(listed(missing))")
    }
  }

  /// Puts tables of classes or numbers of whole scans into one.
  private func merge(
    _ tables: [ScanPredictions?], of dataset: Dataset, to folder: URL, _ context: StageContext
  ) throws -> StageOutcome {
    let sources = context.all(.predictions)
    var rows: [String: ScanRow] = [:]
    var folds: [String: String] = [:]
    for (table, source) in zip(tables, sources) {
      guard let table, let first = tables[0], table.column == first.column, table.classes == first.classes else {
        throw StageError.otherOutcomes(stage: context.stage, producers: [sources[0].name, source.name])
      }
      for row in table.rows {
        guard rows.updateValue(row, forKey: row.name) == nil else {
          throw StageError.mergedTwice(
            stage: context.stage, id: row.name, producers: [folds[row.name] ?? "", source.name])
        }
        folds[row.name] = source.coordinates["fold"] ?? source.name
      }
    }
    let merged = ScanPredictions(
      column: tables[0]?.column ?? "", classes: tables[0]?.classes, rows: dataset.cases.compactMap { rows[$0.id] })
    try AtomicFile.write(merged.csv, to: folder.appending(path: ScanPredictions.fileName))
    try finish(folds, missing: dataset.cases.map(\.id).filter { rows[$0] == nil }, folder: folder, context)
    return .done
  }

  private func copy(_ name: String, from source: URL, to folder: URL) throws {
    let file = source.appending(path: name)
    guard FileSystem.kind(of: file.path) == .file else { return }
    let target = folder.appending(path: name)
    try FileSystem.makeFolder(target.deletingLastPathComponent().path)
    try AtomicFile.write(Data(contentsOf: file, options: .alwaysMapped), to: target)
  }
}
