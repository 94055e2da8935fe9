import ArgumentParser
import Foundation
import Jobs
import Stages

/// `segment evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measures predictions against references of the same names.",
    discussion: """
      Writes summary.json and metrics.csv. Without --classes each value but 0 found in the files is a class of its own; \
      a file of classes is YAML, as in a load stage:

        classes: {background: 0, anterior: 1, posterior: 2}

        segment evaluate --prediction labels --reference truth --output scores
      """)

  @Option(help: ArgumentHelp("The folder of predictions, or one file.", valueName: "path"))
  var prediction: String

  @Option(help: ArgumentHelp("The folder of references, or one file.", valueName: "path"))
  var reference: String

  @Option(help: ArgumentHelp("The folder for summary.json and metrics.csv.", valueName: "folder"))
  var output: String

  @Option(help: ArgumentHelp("A YAML file that names the classes and their values.", valueName: "file"))
  var classes: String?

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let failed = try FolderEvaluation(
      prediction: prediction, reference: reference, output: URL(filePath: output),
      classes: classes.map { URL(filePath: $0) }, overwrites: writing.overwrite
    ).run(log: Terminal.log)
    guard failed == 0 else {
      throw CommandOutcome(status: .quarantined, message: "\(failed) cases were left out: see \(output)/failures.csv")
    }
  }
}
