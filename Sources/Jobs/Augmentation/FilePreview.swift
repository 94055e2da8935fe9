import Augmentations
import Datasets
import Files
import Foundation
import Pipelines
import ScanIO
import Volumes

/// A preview of an augmentation on one scan: `segment augment preview`.
public struct FilePreview {
  private let image: URL
  private let labels: URL?
  private let parameters: AugmentationParameters
  private let isVolume: Bool
  private let seed: UInt64
  private let output: URL
  private let choices: ReadingChoices
  private let overwrites: Bool

  /// - Parameters:
  ///   - image: The scan.
  ///   - labels: Labels on the scan's grid.
  ///   - settings: Keys of an `augment` stage, such as `elastic.displacement_mm=6`.
  ///   - isVolume: Whether the scan is augmented as a volume; else its slice in the middle of the foreground is, as a plane.
  ///   - output: The PNG file.
  ///   - overwrites: Whether a file that this program did not write may be replaced.
  /// - Throws: `PipelineFileError` for settings that cannot be.
  public init(
    image: URL, labels: URL?, settings: [String], isVolume: Bool, seed: UInt64, output: URL,
    choices: ReadingChoices = ReadingChoices(), overwrites: Bool = false
  ) throws {
    (self.image, self.labels, self.output, self.choices) = (image, labels, output, choices)
    (self.isVolume, self.seed, self.overwrites) = (isVolume, seed, overwrites)
    let reader = try ParameterReader(
      settings: settings, name: "augment", folder: URL(filePath: FileManager.default.currentDirectoryPath))
    parameters = try reader.readAll { try AugmentationParameters($0) }
  }

  /// Reads, draws and writes, and logs what a person should know of the files. Every value of the labels but 0 is a class.
  ///
  /// - Throws: `JobError.option` for a name that is no PNG's, `ScanError`, `DatasetError` for labels on another grid and for
  ///   lengths that the scan cannot have.
  public func run(log: RunLog) throws {
    try output.requirePNG()
    let file = try OutputFile(
      output, inputs: [image, labels].compactMap { $0 }.flatMap(ScanFile.parts),
      origin: FileOrigin(command: "augment preview"), replacesForeignFiles: overwrites)
    let classes = try ClassMap(
      FoundValues.all(in: [labels].compactMap { $0 }, advice: choices.advice), log: log)
    let reader = CaseReader(classes: classes, reading: ScanReading(choices: choices))
    let name = image.lastPathComponent
    let read = try reader.scan([image], id: name)
    var scan = read.volume
    var notes = NoteLog(advice: choices.advice)
    notes.add(read.notes, of: name, to: log)
    try parameters.check(unit: scan.grid.unit, advice: choices.advice)
    let truth = try labels.map { try reader.labels($0, on: scan.grid, notes: &notes, log: log) }
    try Normalisation.zScore.apply(to: &scan, source: name)
    let shown = isVolume ? (scan, truth) : try AugmentationPreview.plane(of: scan, truth)
    let sheet = try AugmentationPreview(
      of: shown.0, labels: shown.1, ranges: parameters.ranges, seed: seed, stage: "augment"
    ).draw(
      title: "\(ScanFormat.baseName(of: name)), preset \(parameters.preset.rawValue)",
      classNames: classes.namesInPictures)
    try AtomicFile.write(sheet.png, to: file.target())
  }
}
