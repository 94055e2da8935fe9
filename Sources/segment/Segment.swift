import ArgumentParser
import Foundation
import Machine
import Networks
import Pipelines

/// The command line: parses it, runs the command, and turns what went wrong into a message and an exit code.
@main
struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segments medical images with U-Nets: trains them, predicts with them, measures and shows the results.",
    discussion: """
      A pipeline file says what to do; 'segment run' does it, and can be stopped \
      and started again at any moment:

        segment validate pipelines/quickstart.yaml
        segment run pipelines/quickstart.yaml
        segment run my.yaml --set train.epochs=5 --set variables.data=/my/scans

      The network that a run leaves behind labels other scans:

        segment predict --model runs/my/model.safetensors \\
          --input scans --output labels

      Exit codes: 0 done; 1 failure while running; 2 usage or configuration; \
      3 invalid data; 4 done, but some cases were left out (failures.csv lists \
      them); 5 not enough memory or disk, foretold; 130 interrupted, the same command goes on. \
      Environment: SEGMENT_THREADS, the number of threads, from 1 to 64 (without it, \
      as many as processors, or as a container's quota allows); SEGMENT_DATA, a data \
      folder that pipelines may use; SEGMENT_KERNEL, the variant of the hot loops \
      (avx512, avx2, neon, plain) in place of the processor's best; \
      SEGMENT_CONVOLUTION, how convolutions are computed: direct, or winograd_2 \
      with errors as small, in place of the fastest.
      """,
    version: "0.2.0",
    subcommands: [
      RunCommand.self, ValidateCommand.self, PredictCommand.self, EvaluateCommand.self, OverlayCommand.self,
      ConvertCommand.self, InfoCommand.self, AuditCommand.self, AugmentCommand.self,
      PhantomCommand.self, BenchmarkCommand.self,
    ])

  static func main() {
    // A file beyond a limit is then an error of the write, which leaves the old file whole, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    Signals.install()
    Output.prepare()
    do {
      if let threads = ProcessInfo.processInfo.environment["SEGMENT_THREADS"] {
        try Threads.check(threads, name: "SEGMENT_THREADS")
      }
      if let processors = Processors.quota { Threads.bound(by: processors) }
      try refuseUnknownCommand()
      try refuseEmptyArguments()
      if let kernel = ProcessInfo.processInfo.environment["SEGMENT_KERNEL"] { try Kernels.check(kernel) }
      if let way = ProcessInfo.processInfo.environment["SEGMENT_CONVOLUTION"] { try Kernels.checkConvolution(way) }
      var command = try parseAsRoot()
      try command.run()
    } catch {
      finish(with: error)
    }
  }

  /// ArgumentParser would only say that there are too many arguments.
  private static func refuseUnknownCommand() throws {
    let known = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
      return
    }
    let meant = Spelling.suggestion(for: word, among: known).map { "did you mean '\($0)'? " } ?? ""
    throw CommandOutcome(
      status: .usage, message: "error: there is no command '\(word)'; \(meant)'segment --help' lists the commands")
  }

  /// An empty path would be the current folder: most often a variable of the shell was not set.
  private static func refuseEmptyArguments() throws {
    guard let index = CommandLine.arguments.dropFirst().firstIndex(of: "") else { return }
    throw CommandOutcome(
      status: .usage,
      message:
        "error: an argument is empty (after '\(CommandLine.arguments[index - 1])'); name a file, a folder or a value"
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
      Terminal.line(fullMessage(for: error))
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

/// A command that is done, but not with exit code 0.
struct CommandOutcome: Error {
  let status: ExitStatus
  let message: String
}
