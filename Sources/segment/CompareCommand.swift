import ArgumentParser
import Files
import Foundation
import Jobs

/// `segment compare`
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two evaluations of the same cases, case by case.",
    discussion: """
      A and B are folders of runs or of evaluations, or files such as summary.json; nnU-Net's can be read too. The table \
      has the mean difference B - A with its 95 % bootstrap interval, Wilcoxon's signed-rank test with Holm's correction \
      over all rows, and the numbers of cases in which B is better or worse.

        segment compare runs/baseline runs/elastic
        segment compare scores-a scores-b --metrics Dice,HD95 --output comparison
      """)

  @Argument(help: ArgumentHelp("Run, folder of an evaluation, or summary.json.", valueName: "A"))
  var first: String

  @Argument(help: ArgumentHelp("The other one.", valueName: "B"))
  var second: String

  @Option(
    help: ArgumentHelp("Metrics, separated by commas (default: Dice,NSD,HD95).", valueName: "list"))
  var metrics: String?

  @Flag(help: "Count only cases in which all four masks have the class (default: misses have the worst value).")
  var present = false

  @Option(
    help: ArgumentHelp(
      "Folder for comparison.csv, cases.csv and comparison.json (default: none is written).", valueName: "folder"))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var writing: WritingOptions

  func run() throws {
    let report = try RunComparison(
      first: first, second: second, metrics: metrics.map(EvaluateCommand.list), onlyPresent: present,
      output: output.map { URL(systemPath: $0) }, overwrites: writing.overwrite
    ).run(log: Terminal.log)
    if json {
      try Output.print(String(decoding: try report.json(), as: UTF8.self), terminator: "")
    } else {
      try Output.print(report.text)
    }
  }
}
