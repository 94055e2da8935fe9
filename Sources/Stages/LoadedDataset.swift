import Datasets
import Foundation
import Jobs
import Pipelines
import Volumes

/// A data set as the load stage left it, and where its files are.
struct LoadedDataset {
  let dataset: Dataset
  let locations: CaseLocations
  let reader: CaseReader

  /// The name of the file beside `dataset.json` that says where the files are.
  static let locationsName = "locations.json"

  /// Reads the artefact.
  init(_ artefact: URL) throws {
    dataset = try ArtefactJSON.decode(Dataset.self, from: artefact)
    let folder = artefact.deletingLastPathComponent()
    locations = try ArtefactJSON.decode(CaseLocations.self, from: folder.appending(path: Self.locationsName))
    reader = CaseReader(classes: dataset.classes, reading: dataset.reading)
  }

  func location(_ id: String) throws -> CaseLocations.Location {
    guard let location = locations[id] else {
      throw StageError.damagedArtefact(file: Self.locationsName, reason: "no place for case '\(id)'")
    }
    return location
  }

  /// A case's image as read.
  func scan(_ id: String) throws -> CaseScan { try reader.scan(location(id).imageURLs, id: id) }

  /// A case's labels on the image's grid; nil where it has none.
  func labels(_ id: String, on grid: Grid) throws -> LabelMap? {
    try location(id).labelURL.map { try reader.labels($0, id: id, on: grid) }
  }
}

/// A case ready for a 2-D network: normalised, turned, with its labels.
package struct PreparedCase {
  let id: String
  let image: SlicedVolume
  /// The labels on the turned grid.
  let labels: LabelMap
  /// What the labels lost at the common spacing; nil where they lost nothing.
  let loss: ForegroundLoss?

  /// Puts a case together; `labels` are on the turned grid.
  package init(id: String, image: SlicedVolume, labels: LabelMap, loss: ForegroundLoss? = nil) {
    (self.id, self.image, self.labels, self.loss) = (id, image, labels, loss)
  }
}

extension LoadedDataset {
  /// Reads and prepares cases, several at a time, in the order given.
  ///
  /// - Throws: `JobError.badCases` with every case that cannot be used.
  func prepare(_ ids: [String], along axis: BodyAxis) throws -> [PreparedCase] {
    try inParallel(ids) { id in
      var scan = try scan(id)
      guard let labels = try labels(id, on: scan.volume.grid) else {
        throw DatasetError.pairing(.imagesWithoutLabel(ids: [id], expected: ["a label"]))
      }
      try dataset.normalisation.apply(to: &scan.volume, source: id)
      let image = SlicedVolume(dataset.commonSpacing?.image(scan.volume) ?? scan.volume, along: axis)
      guard let spacing = dataset.commonSpacing else {
        return PreparedCase(id: id, image: image, labels: image.turned(labels))
      }
      let resampled = spacing.labels(labels)
      return PreparedCase(
        id: id, image: image, labels: image.turned(resampled),
        loss: ForegroundLoss(from: labels, to: resampled, names: dataset.classes?.names ?? []))
    }
  }
}
