import Foundation
import Jobs
import Pipelines

/// What the stages hand to one another.
extension ArtefactType {
  /// `dataset.json`: cases, classes and how images are prepared.
  static let dataset: ArtefactType = "dataset"
  /// `split.json`: which cases train, validate and test.
  static let split: ArtefactType = "split"
  /// `transform.json`: the ranges of the augmentation.
  static let transform: ArtefactType = "transform"
  /// `model.safetensors`: weights and the model card.
  static let model: ArtefactType = "model"
  /// `predictions/`: a label file a case.
  static let predictions: ArtefactType = "predictions"
  /// `summary.json`: the metrics.
  static let metrics: ArtefactType = "metrics"
  /// `overlays/`: pictures.
  static let overlays: ArtefactType = "overlays"
}

/// Reads the JSON files of earlier stages.
enum ArtefactJSON {
  static func decode<Value: Decodable>(_ type: Value.Type, from url: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    } catch {
      throw StageError.damagedArtefact(file: url.path, reason: "\(error)")
    }
  }
}
