import Datasets
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Two label files of one grid, each value other than 0 a class.
public struct LabelFilePair {
  /// The label map to be judged.
  public let prediction: LabelMap
  /// The label map held to be true.
  public let reference: LabelMap
  /// The number of classes, background included.
  public let classCount: Int

  /// Reads the files.
  ///
  /// - Throws: `ScanError`, `DatasetError` for files on different grids, `JobError.tooManyValues`.
  public init(prediction: URL, reference: URL, log: RunLog) throws {
    let classes = try ClassMap(FoundValues.all(in: [reference, prediction], advice: .conversion), log: log)
    let reader = CaseReader(
      classes: classes, reading: ScanReading(choices: ReadingChoices(advice: .conversion)), fixed: "reference",
      labels: "prediction")
    let grid = try reader.grid(reference)
    self.reference = try reader.labels(reference, id: reference.lastPathComponent, on: grid)
    self.prediction = try reader.labels(prediction, id: prediction.lastPathComponent, on: grid)
    classCount = classes.count
  }
}
