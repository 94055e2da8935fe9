import Datasets
import Files
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Draws one scan with contours from files: `segment overlay`.
public struct FileOverlay {
  private let image: URL
  private let reference: URL?
  private let prediction: URL?
  private let output: URL
  private let choices: ReadingChoices
  private let overwrites: Bool

  /// - Parameters:
  ///   - image: The scan.
  ///   - reference: Labels on the scan's grid, drawn solid.
  ///   - prediction: Labels on the scan's grid, drawn dashed.
  ///   - output: The PNG file.
  ///   - choices: How the files are read where they leave a choice.
  ///   - overwrites: Whether a file that this program did not write may be replaced.
  public init(
    image: URL, reference: URL?, prediction: URL?, output: URL, choices: ReadingChoices = ReadingChoices(),
    overwrites: Bool = false
  ) {
    self.image = image
    self.reference = reference
    self.prediction = prediction
    self.output = output
    self.choices = choices
    self.overwrites = overwrites
  }

  /// Reads, draws and writes, and logs notes about how the files were read. Every value other than 0 is a class.
  ///
  /// - Throws: `JobError.option` for a name that is no PNG's, `ScanError`, `DatasetError` for labels on another grid.
  public func run(log: RunLog) throws {
    try output.requirePNG()
    let files = [reference, prediction].compactMap { $0 }
    let file = try OutputFile(
      output, inputs: ([image] + files).flatMap(ScanFile.parts), origin: FileOrigin(command: "overlay"),
      replacesForeignFiles: overwrites)
    let classes = try ClassMap(FoundValues.all(in: files, advice: choices.advice), log: log)
    let reader = CaseReader(classes: classes, reading: ScanReading(choices: choices))
    let scan = try reader.scan([image], id: image.lastPathComponent)
    let grid = scan.volume.grid
    var notes = NoteLog(advice: choices.advice)
    notes.add(scan.notes, of: image.lastPathComponent, to: log)
    func labels(_ url: URL?) throws -> LabelMap? {
      try url.map { try reader.labels($0, on: grid, notes: &notes, log: log) }
    }
    let data = try CaseOverlay(classes: classes, sliceAxis: .superior, slices: 6).png(
      ScanFormat.baseName(of: image.lastPathComponent), image: scan.volume, reference: labels(reference),
      prediction: labels(prediction))
    try AtomicFile.write(data, to: file.target())
  }
}

extension URL {
  /// Throws: `JobError.option` where this, the `--output` of a command that draws, is no PNG's name.
  func requirePNG() throws {
    guard pathExtension.lowercased() != "png" else { return }
    throw JobError.option(name: "--output", expected: "a file name that ends in .png", found: relativePath)
  }
}
