import Augmentations
import Datasets
import Files
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Applies a recorded augmentation to a scan: `segment augment apply`.
public struct FileReplay {
  private let image: URL
  private let labels: URL?
  private let draws: URL
  private let number: Int
  private let sampling: SamplingChoices
  private let output: URL
  private let labelOutput: URL?
  private let choices: ReadingChoices
  private let overwrites: Bool

  /// - Parameters:
  ///   - image: The scan.
  ///   - labels: Labels on the scan's grid.
  ///   - draws: A `draws.json` or `preview.json`, or a file of one augmentation.
  ///   - number: Which of the file's, from 1.
  ///   - order: The image's interpolation: 1 linear, 3 cubic.
  ///   - output: Where the image is written.
  ///   - labelOutput: Where the labels are written.
  ///   - overwrites: Whether files that this program did not write may be replaced.
  /// - Throws: `JobError.option` for options that do not go together.
  public init(
    image: URL, labels: URL?, draws: URL, number: Int, order: Int, output: URL, labelOutput: URL?,
    choices: ReadingChoices = ReadingChoices(), overwrites: Bool = false
  ) throws {
    guard (labels == nil) == (labelOutput == nil) else {
      throw JobError.option(
        name: "the pair --labels, --output-labels", expected: "both options, or neither", found: "incomplete")
    }
    (self.image, self.labels, self.draws, self.number) = (image, labels, draws, number)
    sampling = SamplingChoices(image: order == 3 ? .cubic : .linear)
    (self.output, self.labelOutput, self.choices, self.overwrites) = (output, labelOutput, choices, overwrites)
  }

  /// An entry of a list of draws.
  private struct Entry: Decodable { let augmentation: Augmentation }

  /// Reads, applies and writes, and returns what was applied. Every value of the labels but 0 is a class.
  ///
  /// - Throws: `ScanError`, `DatasetError`, `JobError`, `AugmentationError` for an augmentation that cannot be applied.
  public func run(log: RunLog) throws -> String {
    let drawn = try augmentation()
    let (target, labelTarget) = try (file(output).target(), labelOutput.map { try file($0).target() })
    let classes = try ClassMap(
      FoundValues.all(in: [labels].compactMap { $0 }, advice: choices.advice), log: log)
    let reader = CaseReader(classes: classes, reading: ScanReading(choices: choices))
    let scan = try reader.scan([image], id: image.lastPathComponent)
    var notes = NoteLog(advice: choices.advice)
    notes.add(scan.notes, of: image.lastPathComponent, to: log)
    try check(drawn.spatial, on: scan.volume.grid, log)
    let truth = try labels.map { try reader.labels($0, on: scan.volume.grid, notes: &notes, log: log) }
    try AugmentedScan(scan, labels: truth, classes: classes, normalisation: .zScore, source: image.path).write(
      drawn, choices: sampling, image: target, labels: labelTarget)
    return "\(drawn)"
  }

  /// Checks that an augmentation can be meant for a scan. A file of draws does not contain the unit of its lengths.
  private func check(_ spatial: SpatialTransform, on grid: Grid, _ log: RunLog) throws {
    guard grid.size.depth > 1 || !spatial.movesAcrossPlanes else {
      throw JobError.scanDoesNotFit(
        file: image.path, expected: "a volume, for which this augmentation was drawn", found: "a plane image")
    }
    if grid.unit == .pixels, spatial.hasLengths {
      log.warning(
        "\(image.lastPathComponent): has no physical size; the lengths of the augmentation are taken as pixels, also if they "
          + "were drawn in millimetres")
    }
  }

  /// A file to be written, which is none of those that are read.
  private func file(_ url: URL) throws -> OutputFile {
    if let labelOutput, labelOutput.resolvingSymlinksInPath() == output.resolvingSymlinksInPath() {
      throw JobError.option(
        name: "--output-labels", expected: "a file other than that of --output", found: labelOutput.relativePath)
    }
    let inputs = [image, labels].compactMap { $0 }.flatMap(ScanFile.parts) + [draws]
    return try OutputFile(
      url, inputs: inputs, origin: FileOrigin(command: "augment apply"), replacesForeignFiles: overwrites)
  }

  private func augmentation() throws -> Augmentation {
    let data = try FileContent.data(of: draws.path)
    let decoder = JSONDecoder()
    let all =
      (try? decoder.decode([Entry].self, from: data).map(\.augmentation))
      ?? (try? [decoder.decode(Augmentation.self, from: data)]) ?? []
    guard !all.isEmpty else {
      throw JobError.option(
        name: "--draw", expected: "the draws.json or preview.json of an augment stage", found: draws.path)
    }
    guard all.indices.contains(number - 1) else {
      throw JobError.option(name: "--number", expected: "1 to \(all.count)", found: "\(number)")
    }
    let chosen = all[number - 1]
    try chosen.check()
    return chosen
  }
}
