import Augmentations
import Datasets
import Foundation
import Pipelines
import Volumes

/// Fixes the ranges of the augmentation that a training draws from, and shows what they do.
struct AugmentStage: Stage {
  static let kind = "augment"
  static let version = 2
  static let summary = "sets the random rigid, stretching and elastic transforms of a training, with a preview"
  static let inputs = [StageInput(.dataset), StageInput(.split, isRequired: false)]
  static let outputs = [StageOutput(.transform, path: "transform.json")]
  static let links = [StageLink(path: previewName, publishedAs: "augmentation.png")]

  private static let previewName = "preview.png"
  private let parameters: AugmentationParameters

  init(_ parameters: ParameterReader) throws {
    self.parameters = try AugmentationParameters(parameters)
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let loaded = try LoadedDataset(context.input(.dataset))
    if let parameter = parameters.millimetres.first, loaded.dataset.lengthUnit == .pixels {
      throw DatasetError.millimetresWithoutSpacing(parameter: parameter)
    }
    try AtomicFile.write(
      ArtefactJSON.encode(parameters.ranges), to: context.folder.appending(path: "transform.json"))
    let ids = try context.optionalInput(.split).map { try Split(artefact: $0).train } ?? []
    let preview = try AugmentationPreview(
      of: loaded, id: ids.first ?? loaded.dataset.cases[0].id, ranges: parameters.ranges, seed: context.seed,
      stage: context.stage)
    try AtomicFile.write(preview.png(), to: context.folder.appending(path: Self.previewName))
    return .done
  }
}
