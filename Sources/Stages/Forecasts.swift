import Datasets
import Jobs
import Pipelines

/// What a load stage knows of its data set before it reads any scan.
struct DatasetForecast: Sendable {
  /// The cases and their groups.
  let cases: [GroupedCase]
  /// Whether labels are read.
  let hasLabels: Bool
  /// The files that looked like those of a case and were left out.
  let leftOut: [LeftOutFile]
}

/// What a split stage knows of its split before any work.
struct SplitForecast: Sendable {
  /// The lists; nil where they are drawn from cases that are not known yet.
  let split: Split?
  /// The parts that will have no case.
  let emptyParts: Set<Split.Part>

  /// Whether a part will have no case.
  func isEmpty(_ part: Split.Part) -> Bool { split.map { $0[part].isEmpty } ?? emptyParts.contains(part) }
}

/// What a predict stage knows of its predictions before any work.
struct PredictionForecast: Sendable {
  /// The names of the cases that are predicted.
  let ids: Set<String>
  /// The stage's name.
  let stage: String
}

extension ForecastContext {
  /// What is known of the data set.
  var dataset: DatasetForecast? { inputs.value(.dataset) }
  /// What is known of the split.
  var split: SplitForecast? { inputs.value(.split) }

  /// Throws: `StageError.noLabels` where the data set will have none.
  func requireLabels() throws {
    if let dataset, !dataset.hasLabels { throw StageError.noLabels(stage: stage) }
  }

  /// Throws: `StageError.emptyPart` where a part of the split will have no case.
  func requireCases(in part: Split.Part) throws {
    if let split, split.isEmpty(part) { throw StageError.emptyPart(stage: stage, part: part.rawValue) }
  }

  /// The names of the cases that a stage works on, in the order of the data set; nil where they are not known yet.
  ///
  /// - Throws: `StageError.noSplit`, `.emptyPart`.
  func ids(of choice: PartChoice?) throws -> [String]? {
    let hasSplit = connected.contains(.split)
    let choice = choice ?? (hasSplit ? .test : .all)
    guard let part = Split.Part(rawValue: choice.rawValue) else { return dataset?.cases.map(\.id) }
    guard hasSplit else { throw StageError.noSplit(stage: stage, part: choice.rawValue) }
    try requireCases(in: part)
    return split?.split?[part]
  }
}
