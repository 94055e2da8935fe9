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
