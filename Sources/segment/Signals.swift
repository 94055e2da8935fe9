import Foundation
import Pipelines

/// Turns Ctrl-C and a polite kill into a request to stop, as long as it lives; the second one stops at once.
struct Signals {
  let interruption = Interruption()
  private let sources: [any DispatchSourceSignal]

  init() {
    let interruption = interruption
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if interruption.isRequested { Foundation.exit(ExitStatus.interrupted.rawValue) }
        Terminal.line("stopping after this step; once more stops at once")
        interruption.request()
      }
      source.resume()
      return source
    }
  }

  /// Leaves the signals to the system again.
  func remove() {
    sources.forEach { $0.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
