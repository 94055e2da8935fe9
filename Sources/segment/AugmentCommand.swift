import ArgumentParser
import Augmentations
import Foundation
import Jobs
import Stages

/// `segment augment`
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment", abstract: "Shows what an augmentation does, and does again what was drawn before.",
    subcommands: [AugmentPreviewCommand.self, AugmentApplyCommand.self])
}

/// `segment augment preview`
struct AugmentPreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Draws what an augmentation does to a scan: draws, and each transform from weak to strong.",
    discussion: """
      The deformed grid is drawn over spatial transforms, the labels are outlined, and what folds is red. --set takes what \
      the augment stage of a pipeline takes:

        segment augment preview --image scan.nii.gz --labels truth.nii.gz \
          --preset standard --set elastic.displacement_mm=6 --output sheet.png
      """)

  @Option(help: ArgumentHelp("The scan.", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Its labels, to be outlined.", valueName: "file"))
  var labels: String?

  @Option(help: "The preset that the settings depart from.")
  var preset = AugmentationPreset.standard

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting of the augment stage, such as rigid.rotation_degrees=45.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: "2: a slice as a 2-D network sees it; 3: the volume, of which a slice is shown.")
  var dimensions = 2

  @Option(help: "Another seed draws others.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("The PNG file to write.", valueName: "file"))
  var output: String

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard (2...3).contains(dimensions) else { throw ValidationError("--dimensions is 2 or 3") }
  }

  func run() throws {
    try FilePreview(
      image: URL(filePath: image), labels: labels.map { URL(filePath: $0) },
      settings: ["preset=\(preset.rawValue)"] + settings, isVolume: dimensions == 3, seed: seed,
      output: URL(filePath: output), choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
  }
}

/// `segment augment apply`
struct AugmentApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Applies to a scan, and its labels, what an augment stage drew before.",
    discussion: """
      The stage leaves what it drew in preview.json and, where it writes copies, in augmented/draws.json:

        segment augment apply --image scan.nii.gz --draw runs/my/augmented/draws.json \\
          --number 3 --output moved.nii.gz
      """)

  @Option(help: ArgumentHelp("The scan.", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Its labels.", valueName: "file"))
  var labels: String?

  @Option(help: ArgumentHelp("What was drawn.", valueName: "file"))
  var draw: String

  @Option(help: "Which of the file's draws, from 1.")
  var number = 1

  @Option(help: "The image's interpolation: 1 linear, 3 cubic B-spline.")
  var order = 1

  @Option(help: ArgumentHelp("The image to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The labels to write.", valueName: "file"))
  var outputLabels: String?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard order == 1 || order == 3 else { throw ValidationError("--order \(order): expected 1 or 3") }
  }

  func run() throws {
    let applied = try FileReplay(
      image: URL(filePath: image), labels: labels.map { URL(filePath: $0) }, draws: URL(filePath: draw), number: number,
      order: order, output: URL(filePath: output), labelOutput: outputLabels.map { URL(filePath: $0) },
      choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
    try Output.print(applied)
  }
}
