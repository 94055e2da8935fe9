import Foundation

extension Sandbox {
  /// Runs a line of shell in the sandbox, `$segment` in it being the program.
  func shell(_ line: String) throws -> Program.Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-c", line]
    process.currentDirectoryURL = url
    process.environment = ProcessInfo.processInfo.environment.merging(["segment": Program.executable.path]) { $1 }
    let (output, errors) = (url.appending(path: ".shell.out"), url.appending(path: ".shell.err"))
    for file in [output, errors] { try Data().write(to: file) }
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Program.Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Runs the program with an address space of so many MiB at most.
  func run(withinMiB limit: Int, _ arguments: String...) throws -> Program.Outcome {
    let quoted = arguments.map { "'" + $0 + "'" }.joined(separator: " ")
    return try shell("ulimit -v \(limit * 1024) && exec $segment \(quoted)")
  }
}
