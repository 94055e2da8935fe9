import Datasets
import Files
import Foundation
import Jobs
import Pipelines

/// The stage `merge`: puts the predictions of several stages into one folder, such as the out-of-fold predictions of a
/// cross-validation; each case occurs once.
struct MergeStage: Stage {
  static let kind = "merge"
  static let version = 1
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
    for part in parts { try part.requireLabels(for: context.stage) }
    for part in parts {
      guard case .cases(let ids) = part.scans else {
        throw StageError.otherScansMerged(stage: context.stage, producer: part.stage)
      }
      for id in ids.sorted() {
        if let first = sources.updateValue(part.stage, forKey: id) {
          throw StageError.mergedTwice(stage: context.stage, id: id, producers: [first, part.stage])
        }
      }
    }
    guard parts.count == context.sources(of: .predictions).count else { return Forecast() }
    var forecast = Forecast(.predictions, PredictionForecast(scans: .cases(Set(sources.keys)), stage: context.stage))
    forecast.add(
      .split, SplitForecast(split: Split(train: [], test: sources.keys.sorted()), emptyParts: [.train, .validation]))
    return forecast
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let dataset = try LoadedDataset(context).dataset
    let folder = context.folder.appending(path: "predictions")
    try FileSystem.makeFolder(folder.path)
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
    try AtomicFile.write(MergedFolds(values: folds).csv, to: folder.appending(path: MergedFolds.fileName))
    let split = Split(train: [], test: folds.keys.sorted())
    try AtomicFile.write(SplitFile(folds: [split]).json(), to: context.folder.appending(path: "split.json"))
    context.log.info("\(counted(folds.count, "prediction")) of \(counted(context.all(.predictions).count, "stage"))")
    if !missing.isEmpty {
      context.log.warning("\(counted(missing.count, "case")) without a prediction: \(listed(missing))")
    }
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
