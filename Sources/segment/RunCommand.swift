import ArgumentParser
import Files
import Foundation
import Pipelines
import Stages

/// A pipeline file and the options that change its values.
struct PipelineArguments: ParsableArguments {
  @Argument(help: "Pipeline file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set a value of the pipeline file, such as seed=3, variables.data=/my/scans or train.epochs=2 (stage name, then "
        + "key; default: as in the file). Repeatable.", valueName: "key=value"))
  var overrides: [String] = []

  func load() throws -> Pipeline {
    try Pipeline.load(
      URL(systemPath: pipeline), overrides: overrides.map { try PipelineOverride($0) }, catalog: .segment)
  }
}

/// `segment run`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline. Skips stages that are up to date and resumes interrupted ones.",
    discussion: """
      Each stage keeps its results in its own folder under stages/. A second run skips a stage unless its parameters, \
      the content of its inputs or the program's method changed. The log gives the reason for each stage that runs.

        segment run pipelines/quickstart.yaml
        segment run my.yaml --output runs/try-2 --set train.epochs=100
        segment run my.yaml --until train
        segment run folds.yaml --only fold=0
        segment run my.yaml --force predict --dry-run
      """)

  @OptionGroup var arguments: PipelineArguments

  @Option(
    help: ArgumentHelp("Folder of the run (default: runs/NAME, with the name of the pipeline).", valueName: "folder"))
  var output: String?

  @Option(help: ArgumentHelp("Last stage to run (default: all stages).", valueName: "stage"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Run only the stages of this value of an axis of the matrix, such as fold=0 or seed=1,2, or of this name, and those "
        + "that they take from (default: all stages). Repeatable: all conditions hold. Several such runs can work in one "
        + "folder at once.", valueName: "axis=value|stage"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp("Run this stage even if it is up to date (default: none). Repeatable.", valueName: "stage"))
  var force: [String] = []

  @Flag(help: "Print what would be done, and why; do nothing.")
  var dryRun = false

  func run() throws {
    let pipeline = try arguments.load()
    let folder = URL(systemPath: output ?? "runs/\(pipeline.name)")
    let start = ContinuousClock.now
    let kind = FileSystem.kind(of: folder.path)
    guard kind == nil || kind == .folder else {
      throw CommandOutcome(
        status: .usage,
        message:
          "error: \(folder.relativePath): is \(FileSystem.words(for: folder.path)), not a folder; choose a folder for "
          + "the results with --output")
    }
    let isNew = kind == nil
    Terminal.line("results: \(folder.relativePath) (\(isNew ? "new folder" : "folder exists"))")
    let summary = try Signals.interrupting { interruption in
      try Runner(
        pipeline, output: folder, options: RunOptions(until: until, only: only, forced: force, isDryRun: dryRun),
        log: Terminal.log, interruption: interruption
      ).run()
    }
    guard !dryRun else { return }
    let seconds = start.duration(to: .now).components.seconds
    let time = seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    let done = "finished in \(time): \(folder.relativePath)"
    guard summary.quarantined == 0 else {
      let cases = "\(summary.quarantined) \(summary.quarantined == 1 ? "case" : "cases")"
      throw CommandOutcome(
        status: .quarantined, message: done + "\n\(cases) skipped; see failures.csv in the folder of the stage")
    }
    Terminal.line(done)
  }
}

/// `segment validate`
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check a pipeline file, and that the files it names exist.",
    discussion: """
        segment validate pipelines/quickstart.yaml
        segment validate my.yaml --set variables.data=/my/scans
      """)

  @OptionGroup var arguments: PipelineArguments

  func run() throws {
    let pipeline = try arguments.load()
    try pipeline.checkExternalFiles()
    let count = pipeline.stages.count
    try Output.print("OK: \(arguments.pipeline), \(count) \(count == 1 ? "stage" : "stages")")
    try Output.print(pipeline.description)
    try Output.print("Not checked: what the images and labels contain. 'segment audit' and 'segment run' read them.")
  }
}
