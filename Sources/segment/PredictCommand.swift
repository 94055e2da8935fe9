import ArgumentParser
import Foundation
import Jobs
import Stages

/// `segment predict`
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Labels scans with a trained network, or with the mean of several.",
    discussion: """
      Each prediction gets the name and the geometry of its scan; sub-folders are kept. A scan that cannot be used is \
      listed in failures.csv, the others go on, and the exit code is 4.

      The models of an ensemble share their classes and input channels; each sees a scan with its own slice axis, \
      window, spacing and normalisation, and their probabilities are averaged on the scan's grid. Their order \
      changes nothing.

        segment predict --model runs/my/model.safetensors \\
          --input scans --output labels
        segment predict --model a.safetensors --model b.safetensors \\
          --input scan.nii.gz --output labels
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Weight files; the probabilities of several are averaged.", valueName: "file"))
  var model: [String]

  @Option(help: ArgumentHelp("A scan, or a folder of scans.", valueName: "path"))
  var input: String

  @Option(help: ArgumentHelp("The folder for the predictions.", valueName: "folder"))
  var output: String

  @Option(help: "Divides the scans among so many processes.")
  var numParts = 1

  @Option(help: "Which of the parts this process predicts, from 0.")
  var partId = 0

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model: name at least one weight file") }
    guard numParts >= 1 else { throw ValidationError("--num-parts is \(numParts); expected at least 1") }
    guard (0..<numParts).contains(partId) else {
      throw ValidationError("--part-id is \(partId); expected 0 to \(numParts - 1), below --num-parts")
    }
  }

  func run() throws {
    let prediction = FolderPrediction(
      models: model.map { URL(filePath: $0) }, input: input, output: URL(filePath: output),
      part: (partId, numParts), overwrites: writing.overwrite)
    let failed = try Signals.interrupting { try prediction.run(log: Terminal.log, interruption: $0) }
    guard failed == 0 else {
      throw CommandOutcome(status: .quarantined, message: "\(failed) scans were left out: see \(output)/failures.csv")
    }
  }
}
