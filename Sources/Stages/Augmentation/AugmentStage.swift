import Augmentations
import Datasets
import Files
import Foundation
import Jobs
import Pipelines
import Volumes

/// The stage `augment`: sets the ranges of a training's augmentation, writes a preview and, optionally, augmented copies.
struct AugmentStage: Stage {
  static let kind = "augment"
  static let version = 3
  static let summary =
    "sets the augmentation of a training and shows a preview; can write augmented copies"
  static let inputs = [StageInput(.dataset), StageInput(.split, isRequired: false)]
  static let outputs = [StageOutput(.transform, path: "transform.json")]
  static let links = [
    StageLink(path: previewName, publishedAs: "augmentation.png"),
    StageLink(path: augmentedName, publishedAs: "augmented"),
  ]

  private static let previewName = "preview.png"
  private static let augmentedName = "augmented"
  private let parameters: AugmentationParameters
  private let writing: AugmentedDataset.Parameters?

  init(_ parameters: ParameterReader) throws {
    self.parameters = try AugmentationParameters(parameters)
    writing = try parameters.optionalNested("write").map(AugmentedDataset.Parameters.init)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    if let writing { try context.requireCases(in: writing.part) }
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let loaded = try LoadedDataset(context)
    try parameters.check(unit: loaded.dataset.lengthUnit)
    try AtomicFile.write(
      CanonicalJSON.data(of: parameters.ranges), to: context.folder.appending(path: "transform.json"))
    let split = try context.optionalInput(.split).map { try Split(artefact: $0) }
    try writePreview(of: loaded, id: split?.train.first ?? loaded.dataset.cases[0].id, context)
    if let writing {
      let folder = context.folder.appending(path: Self.augmentedName)
      let ids = try split?.cases(of: writing.part, for: context.stage) ?? loaded.dataset.cases.map(\.id)
      try AugmentedDataset(of: loaded, ranges: parameters.ranges, in: folder, context).write(
        ids, copies: writing.copies)
    }
    return .done
  }

  /// Writes the preview and its random values.
  private func writePreview(of loaded: LoadedDataset, id: String, _ context: StageContext) throws {
    var scan = try loaded.scan(id).volume
    var labels = try loaded.labels(id, on: scan.grid)
    try loaded.dataset.normalisation.apply(to: &scan, source: id)
    if let spacing = loaded.dataset.commonSpacing {
      scan = try spacing.image(scan)
      labels = try labels.map(spacing.labels)
    }
    let shown = try AugmentationPreview.plane(of: scan, labels)
    let preview = try AugmentationPreview(
      of: shown.image, labels: shown.labels, ranges: parameters.ranges, seed: context.seed, stage: context.stage
    ).draw(title: "\(context.stage): \(id)", classNames: loaded.dataset.classes?.names ?? [])
    try AtomicFile.write(preview.png, to: context.folder.appending(path: Self.previewName))
    try AtomicFile.write(
      CanonicalJSON.data(of: preview.draws), to: context.folder.appending(path: "preview.json"))
  }
}
