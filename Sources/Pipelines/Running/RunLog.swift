import Files
import Foundation
import Synchronization

/// The log of a run: text lines to a sink, and JSON lines in the folder of the run.
public struct RunLog: Sendable {
  /// The level of a line.
  public enum Level: String, Sendable {
    /// Information.
    case info
    /// A problem that the user should check; the run continues.
    case warning
    /// An error that stopped the run.
    case error
    /// The progress of long work; on a terminal, the next such line replaces it.
    case progress
  }

  /// A line of the log.
  public struct Entry: Sendable {
    /// When it was logged.
    public let time: Date
    /// The level.
    public let level: Level
    /// The stage, or nil for the runner.
    public let stage: String?
    /// The message.
    public let message: String
    /// Values for programs that read the log.
    public let fields: KeyValuePairs<String, LogValue>

    /// Whether the next line may take its place on a terminal.
    public var isTransient: Bool { level == .progress }

    /// The line for people: `warning: train: the loss is not finite`.
    public var text: String {
      let prefix = level == .warning || level == .error ? "\(level.rawValue): " : ""
      return prefix + (stage.map { "\($0): " } ?? "") + message
    }

    /// The line for programs: a JSON object.
    var json: String {
      var members = [
        ("time", LogValue.string(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))),
        ("level", .string(level.rawValue)),
      ]
      if let stage { members.append(("stage", .string(stage))) }
      members.append(("message", .string(message)))
      members += fields.map { ($0.key, $0.value) }
      return "{" + members.map { "\($0.0.jsonQuoted):\($0.1.json)" }.joined(separator: ",") + "}"
    }
  }

  private let stage: String?
  private let output: LogOutput

  /// Makes a log; the sink is called for one line at a time and must not log itself.
  public init(sink: @escaping @Sendable (Entry) -> Void = { _ in }) {
    stage = nil
    output = LogOutput(sink: sink)
  }

  private init(stage: String, output: LogOutput) {
    self.stage = stage
    self.output = output
  }

  /// A log whose lines have the name of a stage.
  public func forStage(_ name: String) -> RunLog { RunLog(stage: name, output: output) }

  /// Logs information.
  public func info(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    log(.info, message, fields)
  }

  /// Logs a warning.
  public func warning(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    log(.warning, message, fields)
  }

  /// Logs an error that stopped the run.
  public func error(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    log(.error, message, fields)
  }

  /// Logs the progress of long work; not kept in the run's folder unless `isRecorded`.
  public func progress(
    _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], isRecorded: Bool = false
  ) {
    log(.progress, message, fields, isRecorded: isRecorded)
  }

  /// Writes a line to the log file only, not to the sink.
  func record(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    log(level, message, fields, isShown: false)
  }

  /// Appends from now on to a file, until the log is closed.
  func open(_ file: URL) throws { try output.open(file) }

  /// Closes the file.
  func close() { output.close() }

  private func log(
    _ level: Level, _ message: String, _ fields: KeyValuePairs<String, LogValue>, isShown: Bool = true,
    isRecorded: Bool = true
  ) {
    let entry = Entry(time: Date(), level: level, stage: stage, message: message, fields: fields)
    output.write(entry, isShown: isShown, isRecorded: isRecorded)
  }
}

/// A value for programs that read the log.
public enum LogValue: Hashable, Sendable {
  /// A text.
  case string(String)
  /// A whole number.
  case int(Int)
  /// A number; JSON `null` where it is not finite.
  case double(Double)
  /// A truth value.
  case bool(Bool)

  var json: String {
    switch self {
    case .string(let value): value.jsonQuoted
    case .int(let value): "\(value)"
    case .double(let value): value.isFinite ? value.canonicalText : "null"
    case .bool(let value): "\(value)"
    }
  }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Where log lines go; one line at a time.
private final class LogOutput: Sendable {
  private let sink: @Sendable (RunLog.Entry) -> Void
  private let descriptor = Mutex<Int32?>(nil)

  init(sink: @escaping @Sendable (RunLog.Entry) -> Void) { self.sink = sink }

  deinit { close() }

  func open(_ file: URL) throws {
    let opened = try FileSystem.open(file.path, flags: O_WRONLY | O_CREAT | O_APPEND, for: .write)
    descriptor.withLock { descriptor in
      if let descriptor { _ = Foundation.close(descriptor) }
      descriptor = opened
    }
  }

  func close() {
    descriptor.withLock { descriptor in
      if let descriptor { _ = Foundation.close(descriptor) }
      descriptor = nil
    }
  }

  func write(_ entry: RunLog.Entry, isShown: Bool, isRecorded: Bool) {
    descriptor.withLock { descriptor in
      if isShown { sink(entry) }
      guard isRecorded, let opened = descriptor else { return }
      do {
        try FileSystem.write(Data((entry.json + "\n").utf8), to: opened, path: "log.jsonl")
      } catch {
        // A log that cannot be kept must not stop the work: say it once and go on.
        _ = Foundation.close(opened)
        descriptor = nil
        let message = "log.jsonl can no longer be written: \(error)"
        sink(.init(time: Date(), level: .warning, stage: nil, message: message, fields: [:]))
      }
    }
  }
}
