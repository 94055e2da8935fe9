import ArgumentParser
import Foundation
import Jobs
import Stages

/// `segment overlay`
struct OverlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlay", abstract: "Draws the slices of a scan with the outlines of labels.",
    discussion: """
      The reference is drawn solid, the prediction dashed, in true proportions; scans in millimetres as radiologists see \
      them, the patient's right on the left.

        segment overlay --image scan.nii.gz --reference truth.nii.gz \\
          --prediction labels.nii.gz --output scan.png
      """)

  @Option(help: ArgumentHelp("The scan.", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Labels to draw solid.", valueName: "file"))
  var reference: String?

  @Option(help: ArgumentHelp("Labels to draw dashed.", valueName: "file"))
  var prediction: String?

  @Option(help: ArgumentHelp("The PNG file to write.", valueName: "file"))
  var output: String

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func run() throws {
    try FileOverlay(
      image: URL(filePath: image), reference: reference.map { URL(filePath: $0) },
      prediction: prediction.map { URL(filePath: $0) }, output: URL(filePath: output),
      choices: reading.choices, overwrites: writing.overwrite
    ).run(log: Terminal.log)
  }
}
