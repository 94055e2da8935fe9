import Datasets
import Drawing
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
  private let overlay: OverlayChoices
  private let classes: URL?
  private let overwrites: Bool

  /// - Parameters:
  ///   - image: The scan.
  ///   - reference: Labels on the scan's grid, drawn solid.
  ///   - prediction: Labels on the scan's grid, drawn dashed.
  ///   - output: The file; its ending tells the format: PNG, SVG or PDF.
  ///   - choices: How the files are read where they leave a choice.
  ///   - overlay: How the case is drawn.
  ///   - classes: A YAML file with classes, as for `segment evaluate`; nil: each value found but 0 is a class.
  ///   - overwrites: Whether a file that this program did not write may be replaced.
  public init(
    image: URL, reference: URL?, prediction: URL?, output: URL, choices: ReadingChoices = ReadingChoices(),
    overlay: OverlayChoices = OverlayChoices(), classes: URL? = nil, overwrites: Bool = false
  ) {
    self.image = image
    self.reference = reference
    self.prediction = prediction
    self.output = output
    self.choices = choices
    self.overlay = overlay
    self.classes = classes
    self.overwrites = overwrites
  }

  /// Reads, draws and writes, and logs notes about how the files were read. Without a file of classes, every value other than 0 is one.
  ///
  /// - Throws: `JobError.option` for a name that is no picture's, `ScanError`, `DatasetError` for labels on another grid.
  public func run(log: RunLog) throws {
    let format = try output.pictureFormat(scale: overlay.scale)
    if overlay.labels == .errors, reference == nil || prediction == nil {
      throw JobError.option(
        name: "--labels", expected: "also --reference and --prediction, which are compared", found: "errors")
    }
    let files = [reference, prediction].compactMap { $0 }
    let file = try OutputFile(
      output, inputs: ([image] + files).flatMap(ScanFile.parts) + [self.classes].compactMap { $0 },
      origin: FileOrigin(command: "overlay"),
      replacesForeignFiles: overwrites)
    let classes =
      try self.classes.map { try ClassFile($0).classMap() }
      ?? ClassMap(FoundValues.all(in: files, advice: choices.advice), log: log)
    if let unknown = overlay.unknownColour(among: classes) {
      throw JobError.option(
        name: "--colour", expected: "one of the classes \(listed(Array(classes.names.dropFirst())))", found: unknown)
    }
    let reader = CaseReader(classes: classes, reading: ScanReading(choices: choices))
    let scan = try reader.scan([image], id: image.lastPathComponent)
    let grid = scan.volume.grid
    var notes = NoteLog(advice: choices.advice)
    notes.add(scan.notes, of: image.lastPathComponent, to: log)
    func labels(_ url: URL?) throws -> LabelMap? {
      try url.map { try reader.labels($0, on: grid, notes: &notes, log: log) }
    }
    let data = try CaseOverlay(classes: classes, choices: overlay).data(
      ScanFormat.baseName(of: image.lastPathComponent), image: scan.volume, reference: labels(reference),
      prediction: labels(prediction), as: format)
    try AtomicFile.write(data, to: file.target())
  }
}

extension URL {
  /// Throws: `JobError.option` where this, the `--output` of a command that draws, is no PNG's name.
  func requirePNG() throws {
    guard pathExtension.lowercased() != "png" else { return }
    throw JobError.option(name: "--output", expected: "a file name that ends in .png", found: relativePath)
  }

  /// The format that the name of the `--output` of a command that draws tells.
  ///
  /// Throws: `JobError.option` for other endings.
  func pictureFormat(scale: Int) throws -> PictureFormat {
    switch PictureFormat(fileName: lastPathComponent) {
    case .png: return .png(scale: Double(scale))
    case let format?: return format
    case nil:
      throw JobError.option(
        name: "--output", expected: "a file name that ends in .png, .svg or .pdf", found: relativePath)
    }
  }
}
