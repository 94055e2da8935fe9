import Files
import Foundation
import Networks
import ScanIO

/// Where predictions are kept.
package protocol PredictionStore {
  /// Whether an item's prediction is there already and need not be made again.
  func hasCurrent(_ item: PredictionItem) throws -> Bool

  /// The folder of the predictions, which exists while one is made.
  var folder: URL { get }

  /// Where to write an item's prediction; its folder exists.
  func target(_ item: PredictionItem) throws -> any FileTarget

  /// Keeps that an item could not be predicted; returns whether another file of that name is left.
  func recordFailure(_ item: PredictionItem, _ error: any Error) throws -> Bool
}

/// The folder of a stage, which only equal work continues.
package struct StagePredictions: PredictionStore {
  package let folder: URL
  private let isResuming: Bool

  /// - Parameter isResuming: Whether the files in the folder are of an interrupted attempt at the same work.
  package init(_ folder: URL, isResuming: Bool) { (self.folder, self.isResuming) = (folder, isResuming) }

  private func file(_ item: PredictionItem) -> URL { folder.appending(path: item.outputName) }

  package func hasCurrent(_ item: PredictionItem) -> Bool {
    isResuming && FileSystem.kind(of: file(item).path) == .file
  }

  package func target(_ item: PredictionItem) throws -> any FileTarget {
    try FileSystem.makeFolder(file(item).deletingLastPathComponent().path)
    return file(item)
  }

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

  /// What an item's prediction is made of.
  private func origin(_ item: PredictionItem) throws -> FileOrigin {
    let images = try item.images.flatMap(ScanFile.parts).map { try ContentHash.hash(of: $0) }
    return FileOrigin(command: "predict", inputs: ["images": images, "models": models], settings: settings)
  }

  package func hasCurrent(_ item: PredictionItem) throws -> Bool {
    guard item.missingImage == nil else { return false }
    return try output.isCurrent(item.outputName, origin: origin(item))
  }

  package func target(_ item: PredictionItem) throws -> any FileTarget {
    try output.target(item.outputName, origin: origin(item))
  }

  package func recordFailure(_ item: PredictionItem, _ error: any Error) throws -> Bool {
    try output.recordFailure(item.outputName, reason: "\(error)")
  }
}
