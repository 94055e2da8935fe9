import Foundation

/// The built program, run as a user runs it.
struct Program {
  /// How a run ended.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Where it runs; relative paths start here.
  let folder: URL
  var environment: [String: String] = [:]

  /// It stands beside the test bundle.
  static let executable: URL =
    URL(filePath: ProcessInfo.processInfo.arguments[0]).absoluteURL.deletingLastPathComponent().appending(
      path: "segment")

  /// The checkout that the tests were built from.
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  func start(_ arguments: [String]) throws -> (process: Process, output: URL, errors: URL) {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let name = UUID().uuidString
    let output = folder.appending(path: ".\(name).out")
    let errors = folder.appending(path: ".\(name).err")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, errors)
  }

  /// Runs to the end.
  @discardableResult
  func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  @discardableResult
  func run(_ arguments: [String]) throws -> Outcome {
    let (process, output, errors) = try start(arguments)
    process.waitUntilExit()
    defer { for url in [output, errors] { try? FileManager.default.removeItem(at: url) } }
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// A folder of its own for a test, removed afterwards.
final class Sandbox {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "segment-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var program: Program { Program(folder: url) }

  func write(_ text: String, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url.appending(path: name).path) }

  /// The names in a folder, but for the record that the program keeps in it.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.appending(path: folder).path).sorted()
      .filter { $0 != ".segment-outputs.jsonl" }
  }

  /// Writes phantoms into `data/`.
  func makePhantoms(heads: Int = 0, membranes: Int = 0) throws {
    let outcome = try program.run(
      "phantom", "--output", "data", "--heads", "\(heads)", "--membranes", "\(membranes)")
    guard outcome.status == 0 else { throw SandboxError.phantomsFailed(outcome.errors) }
  }
}

extension Sandbox {
  /// Whether the processor runs the kernels of both AVX2 and AVX-512.
  static var hasBothVectorWidths: Bool {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return facts.contains("avx512vl") && facts.contains("avx2")
  }
}

enum SandboxError: Error { case phantomsFailed(String) }

/// Pipelines for tests: small, but with every stage in its place.
enum TestPipeline {
  static func heads(load: String = "", stages: String) -> String {
    """
    name: test
    seed: 3
    variables: {data: data/heads}
    stages:
      - load:
          images: ${data}/images/*.nii.gz
          labels: ${data}/labels/{case}.nii.gz
          classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
    \(load)
    \(stages)
    """
  }

  /// The pictures of cell membranes.
  static func membranes(stages: String) -> String {
    """
    name: test
    stages:
      - load:
          images: data/membranes/images/*.png
          labels: data/membranes/labels/{case}.png
          classes: {cell: 255, membrane: 0}
          background: cell
    \(stages)
    """
  }

  /// Three cases, two epochs of a tiny network, all the stages.
  static let small = heads(
    stages: """
        - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
        - augment: {preset: standard}
        - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 3, samples_per_epoch: all}
        - predict:
        - evaluate:
        - overlay: {cases: all}
      """)
}
