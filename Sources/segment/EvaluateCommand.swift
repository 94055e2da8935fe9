import ArgumentParser
import Files
import Foundation
import Jobs
import Stages

/// `segment evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compare predictions with reference labels of the same file names.",
    discussion: """
      Writes summary.json and metrics.csv. Without --classes, each value other than 0 is a class. The file for \
      --classes is YAML, as in a load stage:

        classes: {background: 0, anterior: 1, posterior: 2}

        segment evaluate --prediction labels --reference truth --output scores
      """)

  @Option(help: ArgumentHelp("Folder of predictions, or one file (required).", valueName: "path"))
  var prediction: String

  @Option(help: ArgumentHelp("Folder of reference labels, or one file (required).", valueName: "path"))
  var reference: String

  @Option(help: ArgumentHelp("Folder for summary.json and metrics.csv (required).", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "YAML file with the classes and their values (default: each value other than 0 is a class).", valueName: "file"))
  var classes: String?

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let failed = try FolderEvaluation(
      prediction: SystemPath.resolvingParents(prediction), reference: SystemPath.resolvingParents(reference),
      output: URL(systemPath: output),
      classes: classes.map { URL(systemPath: $0) }, overwrites: writing.overwrite
    ).run(log: Terminal.log)
    guard failed == 0 else {
      throw CommandOutcome(
        status: .quarantined, message: "\(failed) \(failed == 1 ? "case" : "cases") skipped; see \(output)/failures.csv"
      )
    }
  }
}
