import Datasets
import Foundation
import Jobs
import Pipelines
import ScanIO
import Volumes

/// A stage that knows where the files of its data set are in this run.
protocol DatasetProducer: Stage {
  /// Where the files of the cases are.
  func locations() throws -> CaseLocations
}

/// A data set as the load stage left it, and where its files are in this run.
struct LoadedDataset {
  let dataset: Dataset
  let reader: CaseReader
  private let locations: CaseLocations
  private let context: StageContext

  /// Reads the data set that a stage takes.
  init(_ context: StageContext) throws {
    dataset = try ArtefactJSON.decode(Dataset.self, from: context.input(.dataset))
    guard let producer = context.producer(of: .dataset) as? any DatasetProducer else {
      preconditionFailure("a data set comes from a stage that knows its files")
    }
    locations = try producer.locations()
    reader = CaseReader(classes: dataset.classes, reading: dataset.reading)
    self.context = context
  }

  func location(_ id: String) throws -> CaseLocations.Location {
    guard let location = locations[id] else { throw StageError.caseIsGone(stage: context.stage, id: id) }
    return location
  }

  /// A case's image as read.
  ///
  /// - Throws: `PipelineError.changedSincePlanned` where it is another file than the run was planned with.
  func scan(_ id: String) throws -> CaseScan {
    let files = try location(id).imageURLs
    let scan = try reader.scan(files, id: id)
    try context.check(files.flatMap(ScanFile.parts))
    return scan
  }

  /// A case's labels on the image's grid; nil where it has none.
  ///
  /// - Throws: As `scan`.
  func labels(_ id: String, on grid: Grid) throws -> LabelMap? {
    guard let file = try location(id).labelURL else { return nil }
    let labels = try reader.labels(file, id: id, on: grid)
    try context.check(ScanFile.parts(of: file))
    return labels
  }
}

extension LoadedDataset {
  /// Reads and prepares cases, several at a time, in the order given.
  ///
  /// - Throws: `JobError.badCases` with every case that cannot be used.
  func prepare(_ ids: [String], _ preparation: Preparation) throws -> [PreparedCase] {
    try inParallel(ids) { id in
      let scan = try scan(id)
      guard let labels = try labels(id, on: scan.volume.grid) else {
        throw DatasetError.pairing(.imagesWithoutLabel(ids: [id], expected: ["a label"]))
      }
      let resampled = try preparation.resampled(labels)
      let loss = preparation.spacing.flatMap { _ in
        ForegroundLoss(from: labels, to: resampled, names: dataset.classes?.names ?? [])
      }
      return PreparedCase(
        id: id, image: try preparation.image(scan.volume, name: id), labels: preparation.reoriented(resampled),
        loss: loss)
    }
  }
}
