import ArgumentParser
import Files
import Foundation
import Jobs
import ScanIO
import Stages

/// `segment convert`
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a scan to another format, orientation or spacing.",
    discussion: """
        segment convert in.nii.gz out.nii --orientation RAS
        segment convert in.nii.gz out.nii.gz --spacing 1,1,1 --order 3
        segment convert labels.nii.gz out.nii.gz --spacing 1,1,1 --order 0
        segment convert ct.nii.gz out.nii.gz --datatype float32
        segment convert bold.nii.gz first.nii.gz --fourth-dimension time --frame 0
      """)

  @Argument(help: "Scan to read.", completion: .file())
  var input: String

  @Argument(help: "Output file; its extension sets the format.", completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Reorient the voxel axes (without interpolation), such as RAS or LPS (default: unchanged).", valueName: "codes"))
  var orientation: String?

  @Option(
    help: ArgumentHelp(
      "Resample to this voxel size in millimetres, along i, j and k (default: unchanged).", valueName: "x,y,z"))
  var spacing: String?

  @Option(help: "Interpolation for --spacing: 0 (nearest, for labels), 1 (linear) or 3 (cubic B-spline).")
  var order = 1

  @Option(
    help: ArgumentHelp(
      "Type of the stored values: uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32 or float64. "
        + "Default: the type of the scan. If that cannot store all values: the smallest integer type that can, or float32.",
      valueName: "type"))
  var datatype: ScanDatatype?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let notes = try ScanConversion(
      input: URL(systemPath: input), output: URL(systemPath: output), orientation: orientation, spacing: spacing,
      order: order, datatype: datatype, choices: reading.choices, overwrites: writing.overwrite
    ).run()
    for note in notes { Terminal.line((note.isWarning ? "warning: " : "note: ") + note.text) }
  }
}

extension ScanDatatype: ExpressibleByArgument {}

/// `segment info`
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describe a scan or a model file.",
    discussion: """
        segment info scan.nii.gz
        segment info runs/my/model.safetensors --json
      """)

  @Argument(help: "Scan or model file (model.safetensors).", completion: .file())
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let facts = try FileFacts(of: URL(systemPath: file), choices: reading.choices)
    try Output.print(json ? try facts.json : facts.text)
  }
}
