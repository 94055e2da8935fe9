import Foundation
import Pipelines
import Synchronization

/// A folder of its own for a test, with a pipeline file and a run's folder in it.
struct Laboratory {
  let folder: URL
  var output: URL { folder.appending(path: "run") }
  var file: URL { URL(filePath: "pipeline.yaml", relativeTo: folder) }

  /// Gives a test its laboratory and clears it away afterwards.
  static func with(_ body: (Laboratory) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "pipelines-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(Laboratory(folder: folder))
  }

  func write(_ text: String, to path: String) throws {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ path: String) -> String? { try? String(contentsOf: folder.appending(path: path), encoding: .utf8) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: path).path) }

  func link(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: folder.appending(path: path).path)
  }

  func move(_ source: String, to destination: String) throws {
    try FileManager.default.moveItem(at: folder.appending(path: source), to: folder.appending(path: destination))
  }

  func load(
    _ yaml: String, set overrides: [String] = [], environment: [String: String] = [:],
    catalog: StageCatalog = toyCatalog
  ) throws -> Pipeline {
    try write(yaml, to: "pipeline.yaml")
    return try Pipeline.load(
      file, overrides: overrides.map { try PipelineOverride($0) }, catalog: catalog, environment: environment,
      currentFolder: URL(filePath: "/shell", directoryHint: .isDirectory))
  }

  /// The errors of a pipeline file, one line each.
  func errors(_ yaml: String, set overrides: [String] = [], environment: [String: String] = [:]) throws -> [String] {
    do {
      _ = try load(yaml, set: overrides, environment: environment)
      return []
    } catch let errors as PipelineErrors {
      return errors.errors.map { "\($0)" }
    }
  }

  /// Runs a pipeline and gives what the log told people, without times.
  @discardableResult
  func run(
    _ yaml: String, set overrides: [String] = [], options: RunOptions = RunOptions(),
    catalog: StageCatalog = toyCatalog, interruptingAt message: String? = nil
  ) throws -> [String] {
    let lines = Lines()
    try run(yaml, set: overrides, options: options, catalog: catalog, interruptingAt: message, lines: lines)
    return lines.texts
  }

  /// Runs a pipeline that stops before its end and gives what the log told people, and the error.
  func failingRun(
    _ yaml: String, options: RunOptions = RunOptions(), interruptingAt message: String? = nil
  ) throws -> (lines: [String], error: String?) {
    let lines = Lines()
    do {
      try run(yaml, options: options, interruptingAt: message, lines: lines)
      return (lines.texts, nil)
    } catch {
      return (lines.texts, "\(error)")
    }
  }

  private func run(
    _ yaml: String, set overrides: [String] = [], options: RunOptions, catalog: StageCatalog = toyCatalog,
    interruptingAt message: String?, lines: Lines
  ) throws {
    let interruption = Interruption()
    let log = RunLog { entry in
      if entry.message == message { interruption.request() }
      lines.append(entry)
    }
    let pipeline = try load(yaml, set: overrides, catalog: catalog)
    _ = try Runner(pipeline, output: output, options: options, log: log, interruption: interruption).run()
  }
}

/// Lines of a log.
final class Lines: Sendable {
  private let entries = Mutex<[RunLog.Entry]>([])

  func append(_ entry: RunLog.Entry) { entries.withLock { $0.append(entry) } }

  /// The lines for people that are neither passing nor the closing line of a stage, whose time varies.
  var texts: [String] {
    entries.withLock { entries in
      entries.filter { !$0.isTransient && !($0.level == .info && $0.message.hasPrefix("finished in")) }.map(\.text)
    }
  }
}
