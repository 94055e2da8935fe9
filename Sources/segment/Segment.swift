import ArgumentParser
import Files
import Foundation
import Machine
import Networks
import Pipelines

/// The command line: parses it, runs the command, and turns errors into a message and an exit code.
@main
struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train, predict and evaluate U-Nets for medical image segmentation.",
    discussion: """
      A pipeline file lists the stages of a run. 'segment run' executes them. You can \
      interrupt it at any time; the same command resumes it:

        segment validate pipelines/quickstart.yaml
        segment run pipelines/quickstart.yaml
        segment run my.yaml --set train.epochs=5 --set variables.data=/my/scans

      Use the trained model to segment other scans:

        segment predict --model runs/my/model.safetensors \\
          --input scans --output labels

      Exit codes:
        0    success
        1    run-time failure
        2    wrong usage or configuration
        3    invalid data, or no case could be used
        4    finished, but some cases were skipped (see failures.csv)
        5    not enough memory or disk (detected before the work that needs it)
        130  interrupted (the same command resumes)

      Environment variables:
        SEGMENT_THREADS      number of threads, 1 to 64 (default: all processors, or
                             the quota of the container)
        SEGMENT_DATA         folder with data, for use in pipeline files
        SEGMENT_KERNEL       processor variant: avx512, avx2, neon or plain (default:
                             the fastest)
        SEGMENT_CONVOLUTION  convolution algorithm: automatic, direct, winograd_2 or
                             winograd_4 (default: automatic, the fastest)
      """,
    version: "0.6.0",
    subcommands: [
      RunCommand.self, ValidateCommand.self, PredictCommand.self, EvaluateCommand.self, CompareCommand.self,
      OverlayCommand.self,
      ConvertCommand.self, InfoCommand.self, AuditCommand.self, AugmentCommand.self,
      PhantomCommand.self, BenchmarkCommand.self,
    ])

  static func main() {
    // A file beyond a limit is then an error of the write, which leaves the old file whole, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    // A reader that ends early, as in `2>&1 | head`, is likewise an error of the write.
    signal(SIGPIPE, SIG_IGN)
    Output.prepare()
    Signals.install()
    MappedFile.reportFailedReads(
      before: "error: ",
      after:
        " was shortened while it was in use, or its disk fails. Run the same command again: it resumes, and makes a "
        + "shortened file again. If the same message comes back, delete this file, or use another disk\n",
      exitCode: ExitStatus.failure.rawValue)
    do {
      if let threads = ProcessInfo.processInfo.environment["SEGMENT_THREADS"] {
        try Threads.check(threads, name: "SEGMENT_THREADS")
      }
      if let processors = Processors.quota { Threads.bound(by: processors) }
      Allocator.limitAreas(to: Threads.count)
      try refuseUnknownCommand()
      try refuseEmptyArguments()
      try refuseOtherEncodings()
      if let kernel = ProcessInfo.processInfo.environment["SEGMENT_KERNEL"] { try Kernels.check(kernel) }
      if let way = ProcessInfo.processInfo.environment["SEGMENT_CONVOLUTION"] { try Kernels.checkConvolution(way) }
      var command = try parseAsRoot()
      try command.run()
    } catch {
      finish(with: error)
    }
  }

  /// Reports an unknown command; ArgumentParser would only report too many arguments.
  private static func refuseUnknownCommand() throws {
    let known = configuration.subcommands.map { $0._commandName } + ["help"]
    let words = CommandLine.arguments.dropFirst()
    let name = words.first == "help" ? words.dropFirst().first : words.first
    guard let word = name, !word.hasPrefix("-"), !known.contains(word) else { return }
    let meant = Spelling.suggestion(for: word, among: known).map { "Did you mean '\($0)'? " } ?? ""
    throw CommandOutcome(
      status: .usage, message: "error: unknown command '\(word)'. \(meant)'segment --help' lists the commands")
  }

  /// Reports an empty argument: as a path it would be the current folder, and mostly a shell variable was not set.
  private static func refuseEmptyArguments() throws {
    guard let index = CommandLine.arguments.dropFirst().firstIndex(of: "") else { return }
    throw CommandOutcome(
      status: .usage,
      message:
        "error: an argument is empty (after '\(CommandLine.arguments[index - 1])'); give a file, a folder or a value"
    )
  }

  /// Reports paths that are not in UTF-8: an argument, SEGMENT_DATA, and for commands the current folder. Text with replaced
  /// characters would name other files.
  private static func refuseOtherEncodings() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      try requireUTF8(argument, "the argument")
    }
    if let data = getenv("SEGMENT_DATA") { try requireUTF8(data, "the environment variable SEGMENT_DATA") }
    let isCommand = CommandLine.arguments.dropFirst().first.map { !$0.hasPrefix("-") && $0 != "help" } ?? false
    guard isCommand, !CommandLine.arguments.contains("--help"), let folder = getcwd(nil, 0) else { return }
    defer { free(folder) }
    try requireUTF8(folder, "the path of the current folder")
  }

  private static func requireUTF8(_ text: UnsafePointer<CChar>, _ name: String) throws {
    guard String(validatingCString: text) == nil else { return }
    let bytes = [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
    throw CommandOutcome(
      status: .usage,
      message: "error: \(name) is not in UTF-8: '\(NameEncoding.escaped(bytes))'. \(NameEncoding.remedy)"
    )
  }

  private static func finish(with error: any Error) -> Never {
    var error = error
    if error is CleanExit || exitCode(for: error) == .success {
      do {
        try Output.print(fullMessage(for: error))
        Foundation.exit(ExitStatus.done.rawValue)
      } catch let failure {
        error = failure
      }
    }
    let status = ExitStatus(of: error)
    if let outcome = error as? CommandOutcome {
      Terminal.line(outcome.message)
    } else if isUsage(error) {
      // ArgumentParser begins its messages with a capital.
      let message = fullMessage(for: error)
      Terminal.line(message.hasPrefix("Error: ") ? "e" + message.dropFirst() : message)
    } else {
      Terminal.line((status == .interrupted ? "" : "error: ") + ExitStatus.message(of: error))
    }
    Foundation.exit(status.rawValue)
  }

  /// Whether ArgumentParser found the error in the arguments.
  static func isUsage(_ error: any Error) -> Bool {
    exitCode(for: error) == .validationFailure
  }
}

/// The end of a command with an exit code other than 0.
struct CommandOutcome: Error {
  let status: ExitStatus
  let message: String
}
