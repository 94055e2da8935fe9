import ArgumentParser
import Files
import Foundation
import Jobs
import Stages

/// `segment overlay`
struct OverlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlay", abstract: "Draw slices of a scan with the contours of labels, as a PNG.",
    discussion: """
      Reference contours are solid, prediction contours dashed. Pixels have true proportions. Scans in millimetres are \
      shown in radiological convention (the patient's right is on the left).

        segment overlay --image scan.nii.gz --reference truth.nii.gz \\
          --prediction labels.nii.gz --output scan.png
      """)

  @Option(help: ArgumentHelp("Scan (required).", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Reference labels, with solid contours (default: none).", valueName: "file"))
  var reference: String?

  @Option(help: ArgumentHelp("Predicted labels, with dashed contours (default: none).", valueName: "file"))
  var prediction: String?

  @Option(help: ArgumentHelp("PNG file to write (required).", valueName: "file"))
  var output: String

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func run() throws {
    try FileOverlay(
      image: URL(systemPath: image), reference: reference.map { URL(systemPath: $0) },
      prediction: prediction.map { URL(systemPath: $0) }, output: URL(systemPath: output),
      choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
  }
}
