import Files
import Foundation
import Jobs
import Networks
import Pipelines

/// The model files in the folder of a training: that of the finished training, and the best weights of one that was
/// stopped.
struct TrainingModels {
  /// The finished model.
  static let name = "model.safetensors"
  /// The best weights so far of a training that was stopped; a resumed training replaces or removes it.
  static let unfinishedName = "best-so-far.safetensors"
  private let folder: URL

  init(in folder: URL) { self.folder = folder }

  /// Writes the finished model, and removes the one that an earlier stop left.
  ///
  /// - Throws: `FileError`.
  func write(_ weights: ParameterBuffer, metadata: [String: String]) throws {
    try write(weights, metadata: metadata, name: Self.name)
    try removeUnfinished()
  }

  /// Removes the best weights that an earlier stop left, which a training that goes on would make old.
  ///
  /// - Throws: `FileError`.
  func removeUnfinished() throws { try FileSystem.remove(folder.appending(path: Self.unfinishedName).path) }

  /// Writes the best weights of a training that was stopped; returns where they are.
  ///
  /// - Throws: `FileError`.
  func writeUnfinished(_ weights: ParameterBuffer, metadata: [String: String]) throws -> URL {
    try write(weights, metadata: metadata, name: Self.unfinishedName)
    return folder.appending(path: Self.unfinishedName)
  }

  private func write(_ weights: ParameterBuffer, metadata: [String: String], name: String) throws {
    var file = WeightFile(metadata: metadata)
    file.store(weights)
    try AtomicFile.write(file.encoded(), to: folder.appending(path: name))
  }

  /// Whether the folder has a finished model that is intact. One that is damaged is reported.
  func hasModel(log: RunLog) -> Bool {
    let model = folder.appending(path: Self.name)
    guard FileSystem.kind(of: model.path) != nil else { return false }
    do {
      _ = try StartingModel(contentsOf: model)
      log.info("the training is complete: its model is kept")
      return true
    } catch {
      log.warning("\(error)")
      log.warning("\(Self.name) of the interrupted run is damaged: the training starts over")
      return false
    }
  }
}
