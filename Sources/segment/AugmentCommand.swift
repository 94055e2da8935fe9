import ArgumentParser
import Augmentations
import Files
import Foundation
import Jobs
import Stages

/// `segment augment`
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment", abstract: "Preview an augmentation, or apply a recorded one to another scan.",
    subcommands: [AugmentPreviewCommand.self, AugmentApplyCommand.self])
}

/// `segment augment preview`
struct AugmentPreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show what an augmentation does to a scan: random examples, and each transform alone at three strengths.",
    discussion: """
      Spatial transforms are shown with a deformed grid. Labels are outlined; folded regions are red. --set takes the \
      keys of the augment stage:

        segment augment preview --image scan.nii.gz --labels truth.nii.gz \\
          --preset standard --set elastic.displacement_mm=6 --output sheet.png
      """)

  @Option(help: ArgumentHelp("Scan (required).", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Labels of the scan; their contours are shown (default: none).", valueName: "file"))
  var labels: String?

  @Option(help: "Preset to start from.")
  var preset = AugmentationPreset.standard

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a key of the augment stage, such as rigid.rotation_degrees=45 (default: as in the preset). Repeatable.",
      valueName: "key=value"))
  var settings: [String] = []

  @Option(help: "2: augment one slice, as for a 2-D network. 3: augment the volume and show one slice.")
  var dimensions = 2

  @Option(help: "Seed of the random examples.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("PNG file to write (required).", valueName: "file"))
  var output: String

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard (2...3).contains(dimensions) else { throw ValidationError("--dimensions is \(dimensions); expected 2 or 3") }
  }

  func run() throws {
    try FilePreview(
      image: URL(systemPath: image), labels: labels.map { URL(systemPath: $0) },
      settings: ["preset=\(preset.rawValue)"] + settings, isVolume: dimensions == 3, seed: seed,
      output: URL(systemPath: output), choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
  }
}

/// `segment augment apply`
struct AugmentApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply an augmentation that an augment stage recorded to a scan and its labels.",
    discussion: """
      The stage records its augmentations in preview.json and, with 'write', in augmented/draws.json:

        segment augment apply --image scan.nii.gz \\
          --draw runs/my/augmented/draws.json --number 3 --output moved.nii.gz
      """)

  @Option(help: ArgumentHelp("Scan (required).", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Labels of the scan (default: none).", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp("File with recorded augmentations: draws.json or preview.json (required).", valueName: "file"))
  var draw: String

  @Option(help: "Number of the augmentation in the file, from 1.")
  var number = 1

  @Option(help: "Interpolation of the image: 1 (linear) or 3 (cubic B-spline).")
  var order = 1

  @Option(help: ArgumentHelp("Image to write (required).", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Labels to write (required with --labels).", valueName: "file"))
  var outputLabels: String?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard order == 1 || order == 3 else { throw ValidationError("--order is \(order); expected 1 or 3") }
  }

  func run() throws {
    let applied = try FileReplay(
      image: URL(systemPath: image), labels: labels.map { URL(systemPath: $0) }, draws: URL(systemPath: draw),
      number: number,
      order: order, output: URL(systemPath: output), labelOutput: outputLabels.map { URL(systemPath: $0) },
      choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
    try Output.print(applied)
  }
}
