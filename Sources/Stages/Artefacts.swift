import Augmentations
import Datasets
import Foundation
import Jobs
import Pipelines
import Volumes

/// The types of the artefacts.
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
  /// `comparison.json`: methods compared with a baseline.
  static let comparison: ArtefactType = "comparison"
  /// `overlays/`: pictures.
  static let overlays: ArtefactType = "overlays"
}

/// Reads the JSON files of earlier stages.
enum ArtefactJSON {
  static func decode<Value: Decodable>(_ type: Value.Type, from url: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    } catch {
      throw StageError.damagedArtefact(file: url.path, reason: "\(ValueProblem(decoding: error))")
    }
  }
}

extension AugmentationRanges {
  /// Reads the artefact of an augment stage, for a data set whose grids have this unit.
  ///
  /// - Throws: `StageError.damagedArtefact` where a number is out of its range; `DatasetError.millimetresWithoutSpacing`
  ///   for lengths in millimetres that were set for another data set.
  init(artefact: URL, unit: LengthUnit) throws {
    self = try ArtefactJSON.decode(AugmentationRanges.self, from: artefact)
    do {
      try validate()
    } catch {
      throw StageError.damagedArtefact(file: artefact.path, reason: "\(error)")
    }
    if unit == .pixels, let parameter = firstInMillimetres {
      throw DatasetError.millimetresWithoutSpacing(parameter: parameter)
    }
  }
}
