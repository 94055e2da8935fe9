import Files
import Foundation
import Pipelines
import Synchronization

/// Handles SIGINT (Ctrl-C), SIGTERM and SIGHUP (closed terminal). A command that can resume stops after its present step;
/// any other ends at once and removes its temporary files. The second signal ends every command at once, unless it comes
/// with the first: `timeout` sends one to the process and one to its group.
enum Signals {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]
  private static let state = Mutex<
    (sources: [any DispatchSourceSignal], interruption: Interruption?, firstSignal: ContinuousClock.Instant?)
  >(([], nil, nil))
  /// Signals that come within so many seconds are one.
  private static let span = 0.5

  /// Handles the signals from now on.
  static func install() {
    let sources = numbers.filter { !isLeftAlone($0) }.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { handle() }
      source.resume()
      return source
    }
    state.withLock { $0.sources = sources }
  }

  /// Whether the signal was ignored when the program started, as `nohup` does for SIGHUP.
  private static func isLeftAlone(_ number: Int32) -> Bool {
    var action = sigaction()
    guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Runs a command that checks an interruption; the first signal requests it.
  static func interrupting<Result>(_ body: (Interruption) throws -> Result) rethrows -> Result {
    let interruption = Interruption()
    state.withLock { $0.interruption = interruption }
    defer { state.withLock { $0.interruption = nil } }
    return try body(interruption)
  }

  private static func handle() {
    let (interruption, first) = state.withLock { ($0.interruption, $0.firstSignal) }
    if let interruption, interruption.isRequested, let first, first.duration(to: .now) < .seconds(span) { return }
    guard let interruption, !interruption.isRequested else {
      Terminal.line("interrupted")
      TemporaryFiles.removeAllAndExit(ExitStatus.interrupted.rawValue)
    }
    state.withLock { $0.firstSignal = .now }
    Terminal.line("stopping after this step; press Ctrl-C again to stop at once")
    interruption.request()
  }
}
