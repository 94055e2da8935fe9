import Datasets
import Jobs
import Networks
import Pipelines

/// What a load stage knows of its data set before it reads any scan.
struct DatasetForecast: Sendable {
  /// The cases and their groups.
  let cases: [GroupedCase]
  /// The names of their predictions, by the names of the cases.
  let outputNames: [String: String]
  /// Whether labels are read.
  let hasLabels: Bool
  /// The names of the classes, the background's first; nil where none are known.
  let classNames: [String]?
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

/// What a training knows of its model before any work.
struct ModelForecast: Sendable {
  /// The network's shape; nil where it follows from the data.
  let network: UNetConfiguration?
  /// Whether it judges whole scans.
  var judgesScans = false
  /// Whether it segments; pre-trained weights do not, nor does a model of whole scans unless it was trained for both.
  var segments = true
}

/// What an evaluate stage knows of its metrics before any work.
struct MetricsForecast: Sendable {
  /// Whether they are of classes or numbers of whole scans.
  let areOfWholeScans: Bool
}

/// What a predict stage knows of its predictions before any work.
struct PredictionForecast: Sendable {
  /// What is predicted.
  enum Scans {
    /// These cases of the data set.
    case cases(Set<String>)
    /// Other scans, whose predictions have some of these names.
    case others(outputNames: Set<String>)
    /// Cases of a part that is not drawn yet.
    case unknown
  }

  let scans: Scans
  /// The stage's name.
  let stage: String
  /// What there is of each scan.
  var content = Content.labels

  /// What a prediction is.
  enum Content {
    case labels
    /// A class or a number of the whole scan.
    case scans
    /// The features of the whole scan.
    case embeddings
  }

  /// Throws: `StageError.segmentsNothing` where the predictions are no labels.
  func requireLabels(for stage: String) throws {
    let (what, remedy) =
      switch content {
      case .labels: ("", "")
      case .scans: ("classes or numbers of whole scans", "only evaluate takes these")
      case .embeddings: ("features of scans", "only probe takes these")
      }
    guard content != .labels else { return }
    throw StageError.segmentsNothing(
      stage: stage, what: "\(self.stage) predicts \(what), and no labels",
      remedy: "\(remedy); choose another predict stage with 'from'")
  }

  /// The error of another stage, which needs predictions of cases that will not be there.
  func error(missing ids: [String], in stage: String) -> StageError {
    switch scans {
    case .cases, .unknown: .notPredicted(stage: stage, producer: self.stage, ids: ids)
    case .others: .otherScansPredicted(stage: stage, producer: self.stage, ids: ids)
    }
  }

  /// The cases among these that will have no prediction.
  func missing(from ids: [String], of dataset: DatasetForecast?) -> [String] {
    switch scans {
    case .cases(let predicted): ids.filter { !predicted.contains($0) }
    case .others(let names):
      ids.filter { id in dataset?.outputNames[id].map { !names.contains($0) } ?? false }
    case .unknown: []
    }
  }
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
