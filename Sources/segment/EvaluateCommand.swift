import ArgumentParser
import Files
import Foundation
import Jobs
import Metrics
import Stages

/// `segment evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compare predictions with reference labels of the same file names.",
    discussion: """
      The predictions may come from any program. Writes summary.json, metrics.csv (every value), statistics.csv (means, \
      95 % intervals, misses) and confusion.csv. Without --classes, each value other than 0 is a class. The file for \
      --classes is YAML, as in a load stage:

        classes: {background: 0, anterior: 1, posterior: 2}

        segment evaluate --prediction labels --reference truth --output scores
        segment evaluate --prediction labels --reference truth --output scores \\
          --metrics overlap,HD95,NSD --tolerance 2 --table patients.csv --by site

      Groups of metrics: \(MetricGroup.allCases.map(\.rawValue).joined(separator: ", ")), all.
      """)

  @Option(help: ArgumentHelp("Folder of predictions, or one file (required).", valueName: "path"))
  var prediction: String

  @Option(help: ArgumentHelp("Folder of reference labels, or one file (required).", valueName: "path"))
  var reference: String

  @Option(help: ArgumentHelp("Folder for the results (required).", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "YAML file with the classes and their values (default: each value other than 0 is a class).", valueName: "file"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "Metrics or groups of metrics, separated by commas (default: overlap,rates,counts,volumes,surfaces; also "
        + "probabilities, where they were written).",
      valueName: "list"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "Tolerance of NSD and BoundaryIoU, in millimetres (pixels for images without physical size).", valueName: "mm"))
  var tolerance = 1.0

  @Option(
    help: ArgumentHelp(
      "Threshold of the probability of no membrane for VRand_threshold, as chosen on other cases (default: none).",
      valueName: "number"))
  var threshold: Double?

  @Option(
    help: ArgumentHelp(
      "CSV table with a column case, and group, patient or subject for cases that belong together (default: each case is "
        + "independent).", valueName: "file"))
  var table: String?

  @Option(
    help: ArgumentHelp("Columns of --table to report apart, separated by commas (default: none).", valueName: "list"))
  var by: String?

  @Flag(help: "Also print summary.json.")
  var json = false

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let (report, failed) = try FolderEvaluation(
      prediction: SystemPath.resolvingParents(prediction), reference: SystemPath.resolvingParents(reference),
      output: URL(systemPath: output), classes: classes.map { URL(systemPath: $0) },
      choices: FolderEvaluation.Choices(
        metrics: metrics.map(Self.list), tolerance: tolerance, threshold: threshold,
        table: table.map { URL(systemPath: $0) },
        columns: by.map(Self.list) ?? []),
      overwrites: writing.overwrite
    ).run(log: Terminal.log)
    if json { try Output.print(String(decoding: try report.summaryJSON(), as: UTF8.self), terminator: "") }
    guard failed == 0 else {
      throw CommandOutcome(
        status: .quarantined, message: "\(failed) \(failed == 1 ? "case" : "cases") skipped; see \(output)/failures.csv"
      )
    }
  }

  /// The parts of a text between commas.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}
