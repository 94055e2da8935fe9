import Files
import Foundation
import Networks
import ScanIO

/// Where predictions are kept.
package protocol PredictionStore: Sendable {
  /// Whether an item's prediction is there already and need not be made again.
  func hasCurrent(_ item: PredictionItem, _ probabilities: ProbabilityFormat) throws -> Bool

  /// The folder of the predictions, which exists while one is made.
  var folder: URL { get }

  /// Where to write a file of an item's prediction; its folder exists.
  func target(_ item: PredictionItem, _ file: PredictionFile) throws -> any FileTarget

  /// Removes the probabilities of an earlier prediction, which belong to other labels.
  func removeProbabilities(_ item: PredictionItem) throws

  /// Keeps that an item could not be predicted; returns whether another file of that name is left.
  func recordFailure(_ item: PredictionItem, _ error: any Error) throws -> Bool
}

/// A file of a prediction.
package enum PredictionFile {
  /// The labels.
  case labels
  /// The probabilities, in a format other than `none`.
  case probabilities(ProbabilityFormat)
}

/// The folder of a stage, which only equal work continues.
package struct StagePredictions: PredictionStore {
  package let folder: URL
  private let isResuming: Bool

  /// - Parameter isResuming: Whether the files in the folder are of an interrupted attempt at the same work.
  package init(_ folder: URL, isResuming: Bool) { (self.folder, self.isResuming) = (folder, isResuming) }

  package func hasCurrent(_ item: PredictionItem, _ probabilities: ProbabilityFormat) -> Bool {
    isResuming
      && item.outputNames(probabilities).allSatisfy { FileSystem.kind(of: folder.appending(path: $0).path) == .file }
  }

  package func target(_ item: PredictionItem, _ file: PredictionFile) throws -> any FileTarget {
    let url = folder.appending(path: item.name(of: file))
    try FileSystem.makeFolder(url.deletingLastPathComponent().path)
    return url
  }

  /// Equal work writes probabilities or does not: there are none of other labels.
  package func removeProbabilities(_ item: PredictionItem) {}

  package func recordFailure(_ item: PredictionItem, _ error: any Error) -> Bool { false }
}

/// An output folder of a user's, whose record says what each prediction was made of.
package struct RecordedPredictions: PredictionStore {
  private let output: OutputFolder
  private let models: [String]
  private let settings: [String: String]

  /// - Parameters:
  ///   - models: The content hashes of the models.
  ///   - settings: What else predictions depend on.
  package init(_ folder: OutputFolder, models: [String], settings: [String: String]) {
    (output, self.models, self.settings) = (folder, models, settings)
  }

  package var folder: URL { output.url }

  /// What a file of an item's prediction is made of.
  private func origin(_ item: PredictionItem, _ file: PredictionFile) throws -> FileOrigin {
    var settings = settings
    if case .probabilities(let format) = file { settings["probabilities"] = format.rawValue }
    let images = try item.images.flatMap(ScanFile.parts).map { try ContentHash.hash(of: $0) }
    return FileOrigin(command: "predict", inputs: ["images": images, "models": models], settings: settings)
  }

  package func hasCurrent(_ item: PredictionItem, _ probabilities: ProbabilityFormat) throws -> Bool {
    guard item.missingImage == nil else { return false }
    let files: [PredictionFile] = probabilities == .none ? [.labels] : [.labels, .probabilities(probabilities)]
    return try files.allSatisfy { try output.isCurrent(item.name(of: $0), origin: origin(item, $0)) }
  }

  package func target(_ item: PredictionItem, _ file: PredictionFile) throws -> any FileTarget {
    try output.target(item.name(of: file), origin: origin(item, file))
  }

  /// A file of this name may also be the labels of another scan, which stay.
  package func removeProbabilities(_ item: PredictionItem) throws {
    try output.removeOwn(item.probabilitiesName) { $0.settings["probabilities"] != nil }
  }

  package func recordFailure(_ item: PredictionItem, _ error: any Error) throws -> Bool {
    try removeProbabilities(item)
    return try output.recordFailure(item.outputName, reason: "\(error)")
  }
}

extension PredictionItem {
  /// The name of a file of its prediction, relative to the output folder.
  func name(of file: PredictionFile) -> String {
    switch file {
    case .labels: outputName
    case .probabilities: probabilitiesName
    }
  }
}
