import Foundation
import Testing

/// What a disk without room does to the files that stand on it.
@Suite struct FullDiskTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 1)
  }

  /// A small disk of its own for the process that makes it, through `unshare`.
  private static let mount = "mount -t tmpfs -o size=16k none disk"

  /// Whether this machine lets a test make such a disk: containers without the right to new namespaces refuse it, and
  /// systems other than Linux have no `unshare`.
  private static let canMount: Bool = {
    guard let sandbox = try? Sandbox(), (try? sandbox.write("", to: "disk/.keep")) != nil else { return false }
    return (try? shell(mount, in: sandbox.url, through: ["unshare", "-rm"]).status) == 0
  }()

  /// Runs a line of shell in a folder, `$segment` in it being the program.
  private static func shell(
    _ line: String, in folder: URL, through wrapper: [String] = []
  ) throws -> (status: Int32, errors: String) {
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = wrapper + ["bash", "-c", line]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(["segment": Program.executable.path]) { $1 }
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test("A limit on the size of files is an error, and the older file stays")
  func limit() throws {
    for name in ["a.nii", "a.nii.gz"] {
      try sandbox.write("what stood there", to: name)
      let outcome = try Self.shell(
        "ulimit -f 4; $segment convert data/heads/images/head_00.nii.gz \(name) --overwrite", in: sandbox.url)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("\(name): cannot write: File too large"), "\(outcome.errors)")
      #expect(try sandbox.data(name) == Data("what stood there".utf8))
    }
    #expect(try sandbox.names(in: ".").filter { $0.hasSuffix(".temporary") }.isEmpty)
  }

  @Test(
    "A full disk is an error that says so, and the older file stays",
    .enabled(if: canMount, "this machine refuses `unshare -rm` and a mount in it"))
  func full() throws {
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: "disk"), withIntermediateDirectories: false)
    let outcome = try Self.shell(
      """
      \(Self.mount) && echo old > disk/a.nii.gz || exit 9
      $segment convert data/heads/images/head_00.nii.gz disk/a.nii.gz --overwrite
      status=$?
      [ "$(ls -A disk)" = a.nii.gz ] && [ "$(cat disk/a.nii.gz)" = old ] || exit 8
      exit $status
      """, in: sandbox.url, through: ["unshare", "-rm"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("a.nii.gz: cannot write: No space left on device; free some space"))
  }
}
