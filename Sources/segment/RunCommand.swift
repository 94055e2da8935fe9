import ArgumentParser
import Foundation
import Pipelines
import Stages

/// A pipeline file and what the command line changes in it.
struct PipelineArguments: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Changes a value: seed=3, variables.data=/my/scans, train.epochs=2 (the stage's name, then its keys). "
        + "May be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  func load() throws -> Pipeline {
    try Pipeline.load(
      URL(filePath: pipeline), overrides: overrides.map { try PipelineOverride($0) }, catalog: .segment)
  }
}

/// `segment run`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a pipeline: what stands is skipped, what was killed goes on.",
    discussion: """
      Each stage keeps its results in a folder of its own under stages/. Run again, a stage is skipped unless its \
      parameters, its inputs' content or the program's method changed, and the log says why each one runs.

        segment run pipelines/quickstart.yaml
        segment run my.yaml --output runs/try-2 --set train.epochs=100
        segment run my.yaml --until train
        segment run my.yaml --force predict --dry-run
      """)

  @OptionGroup var arguments: PipelineArguments

  @Option(help: ArgumentHelp("The run's folder; runs/NAME without it.", valueName: "folder"))
  var output: String?

  @Option(help: ArgumentHelp("The last stage to run.", valueName: "stage"))
  var until: String?

  @Option(help: ArgumentHelp("A stage that runs though its results stand. May be repeated.", valueName: "stage"))
  var force: [String] = []

  @Flag(help: "Only says what would be done, and why.")
  var dryRun = false

  func run() throws {
    let pipeline = try arguments.load()
    let folder = URL(filePath: output ?? "runs/\(pipeline.name)")
    let start = ContinuousClock.now
    let summary = try Signals.interrupting { interruption in
      try Runner(
        pipeline, output: folder, options: RunOptions(until: until, forced: force, isDryRun: dryRun),
        log: Terminal.log, interruption: interruption
      ).run()
    }
    guard !dryRun else { return }
    let seconds = start.duration(to: .now).components.seconds
    let time = seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    let done = "done in \(time): \(folder.relativePath)"
    guard summary.quarantined == 0 else {
      throw CommandOutcome(
        status: .quarantined, message: done + "\n\(summary.quarantined) cases were left out: see failures.csv")
    }
    Terminal.line(done)
  }
}

/// `segment validate`
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Checks a pipeline file, and that the files it names are there.")

  @OptionGroup var arguments: PipelineArguments

  func run() throws {
    let pipeline = try arguments.load()
    try pipeline.checkExternalFiles()
    try Output.print("\(arguments.pipeline): \(pipeline.stages.count) stages, all well")
    try Output.print(pipeline.description)
  }
}
