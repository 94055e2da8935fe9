import ArgumentParser
import Files
import Foundation
import Jobs
import Stages

/// `segment predict`
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Segment scans with a trained model, or with an ensemble of several.",
    discussion: """
      Each prediction has the name and the geometry of its scan; sub-folders are kept. A scan that cannot be used is \
      listed in failures.csv, the others are predicted, and the exit code is 4.

      The models of an ensemble must have equal classes and input channels. Each model uses its own slice axis, \
      window, spacing and normalisation. The class probabilities are averaged on the grid of the scan. The order of the models \
      does not matter.

      A model that judges whole scans writes a table, predictions.csv, in place of labels.

        segment predict --model runs/my/model.safetensors \\
          --input scans --output labels
        segment predict --model a.safetensors --model b.safetensors \\
          --input scan.nii.gz --output labels
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Model file (required). Repeat the option for an ensemble: its class probabilities are averaged.",
      valueName: "file"))
  var model: [String]

  @Option(help: ArgumentHelp("Scan, or folder of scans (required).", valueName: "path"))
  var input: String

  @Option(help: ArgumentHelp("Folder for the predictions (required).", valueName: "folder"))
  var output: String

  @Flag(
    help:
      "Average the probabilities of mirrored windows too (test-time augmentation): 4 times as long in 2-D, 8 times in 3-D."
  )
  var mirror = false

  @Option(help: ArgumentHelp("Least overlap of the windows of 3-D models, from 0 to 0.9.", valueName: "share"))
  var overlap = PredictionConfiguration().overlap

  @Option(
    help: ArgumentHelp(
      "Also write the probabilities of the classes, as NAME_probabilities.nii.gz: none, uint8 or float.",
      valueName: "format"))
  var probabilities = ProbabilityFormat.none

  @Option(help: "Number of processes that share the scans.")
  var numParts = 1

  @Option(help: "Part that this process predicts, from 0 to --num-parts minus 1.")
  var partId = 0

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model: give at least one model file") }
    guard (0...0.9).contains(overlap) else {
      throw ValidationError("--overlap is \(overlap); expected a number from 0 to 0.9")
    }
    guard numParts >= 1 else { throw ValidationError("--num-parts is \(numParts); expected at least 1") }
    guard (0..<numParts).contains(partId) else {
      throw ValidationError("--part-id is \(partId); expected 0 to \(numParts - 1) (less than --num-parts)")
    }
  }

  private var configuration: PredictionConfiguration {
    var configuration = PredictionConfiguration()
    (configuration.mirrors, configuration.overlap, configuration.probabilities) = (mirror, overlap, probabilities)
    return configuration
  }

  func run() throws {
    let prediction = FolderPrediction(
      models: model.map { URL(systemPath: $0) }, input: SystemPath.resolvingParents(input),
      output: URL(systemPath: output), configuration: configuration, part: (partId, numParts),
      overwrites: writing.overwrite)
    let failed = try Signals.interrupting { try prediction.run(log: Terminal.log, interruption: $0) }
    guard failed == 0 else {
      throw CommandOutcome(
        status: .quarantined, message: "\(failed) \(failed == 1 ? "scan" : "scans") skipped; see \(output)/failures.csv"
      )
    }
  }
}

extension ProbabilityFormat: ExpressibleByArgument {}
