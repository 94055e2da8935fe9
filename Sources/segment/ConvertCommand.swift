import ArgumentParser
import Foundation
import Jobs
import Stages

/// `segment convert`
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes a scan in another format, orientation or spacing.",
    discussion: """
        segment convert in.nii.gz out.nii --orientation RAS
        segment convert in.nii.gz out.nii.gz --spacing 1,1,1 --order 3
        segment convert labels.nii.gz out.nii.gz --spacing 1,1,1 --order 0
        segment convert bold.nii.gz first.nii.gz --fourth-dimension time --frame 0
      """)

  @Argument(help: "The scan to read.", completion: .file())
  var input: String

  @Argument(help: "The file to write; its ending says the format.", completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Turns the axes, exactly: RAS, LPS and so on.", valueName: "codes"))
  var orientation: String?

  @Option(help: ArgumentHelp("Resamples to voxels of this size, in millimetres.", valueName: "x,y,z"))
  var spacing: String?

  @Option(help: "The interpolation: 0 nearest (for labels), 1 linear, 3 cubic B-spline.")
  var order = 1

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let notes = try ScanConversion(
      input: URL(filePath: input), output: URL(filePath: output), orientation: orientation, spacing: spacing,
      order: order, choices: reading.choices, overwrites: writing.overwrite
    ).run()
    for note in notes { Terminal.line("note: \(note)") }
  }
}

/// `segment info`
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Says what a scan or a weight file is.")

  @Argument(help: "A scan, or a model.safetensors.", completion: .file())
  var file: String

  @Flag(help: "Prints JSON.")
  var json = false

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let facts = try FileFacts(of: URL(filePath: file), choices: reading.choices)
    try Output.print(json ? try facts.json : facts.text)
  }
}
