import ArgumentParser
import Foundation
import Jobs
import ScanIO
import Stages

/// `segment convert`
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes a scan in another format, orientation or spacing.",
    discussion: """
        segment convert in.nii.gz out.nii --orientation RAS
        segment convert in.nii.gz out.nii.gz --spacing 1,1,1 --order 3
        segment convert labels.nii.gz out.nii.gz --spacing 1,1,1 --order 0
        segment convert ct.nii.gz out.nii.gz --datatype float32
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

  @Option(
    help: ArgumentHelp(
      "How values are stored: uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32 or float64. Without it as "
        + "the scan has them; where that does not hold them, the narrowest integer that does, else float32.",
      valueName: "type"))
  var datatype: ScanDatatype?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let notes = try ScanConversion(
      input: URL(filePath: input), output: URL(filePath: output), orientation: orientation, spacing: spacing,
      order: order, datatype: datatype, choices: reading.choices, overwrites: writing.overwrite
    ).run()
    for note in notes { Terminal.line((note.isWarning ? "warning: " : "note: ") + note.text) }
  }
}

extension ScanDatatype: ExpressibleByArgument {}

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
