import Files
import Foundation
import Pipelines
import Synchronization

/// Standard error: log lines and, on a terminal, one line at the bottom with the progress.
enum Terminal {
  private static let isTerminal = isatty(STDERR_FILENO) == 1
  /// Whether the last line may be overwritten; and, where there is no terminal, when progress was last printed.
  private static let state = Mutex((isTransient: false, lastProgress: ContinuousClock.now))

  /// A log whose lines go to standard error.
  static let log = RunLog { entry in
    entry.isTransient ? progress(entry) : line(entry.text)
  }

  /// Writes a line.
  static func line(_ text: String) {
    state.withLock { state in
      write((state.isTransient ? "\r\u{1B}[K" : "") + text + "\n")
      state.isTransient = false
    }
  }

  /// Shows progress: on a terminal as a bar that replaces the last one, elsewhere as a line every 30 s.
  private static func progress(_ entry: RunLog.Entry) {
    state.withLock { state in
      if isTerminal {
        write("\r\u{1B}[K" + bar(entry) + entry.text)
        state.isTransient = true
      } else if state.lastProgress.duration(to: .now) > .seconds(30) {
        write(entry.text + "\n")
        state.lastProgress = .now
      }
    }
  }

  private static func bar(_ entry: RunLog.Entry) -> String {
    guard case .double(let share)? = entry.fields.first(where: { $0.key == "share" })?.value else { return "" }
    let width = 24
    let filled = Int((share * Double(width)).rounded(.down))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "] "
  }

  /// Writes a text. Messages that nobody can receive (full disk, closed terminal) must not stop the work.
  private static func write(_ text: String) {
    try? FileSystem.write(Data(text.utf8), to: STDERR_FILENO, path: "standard error")
  }
}
