import Foundation
import Testing

/// What becomes of results that standard output does not take.
@Suite struct OutputTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "test.yaml")
  }

  /// Every kind of command that prints a result.
  private static let commands = [
    "--help", "--version", "help run", "run --help", "info data/heads/images/head_00.nii.gz",
    "info data/heads/images/head_00.nii.gz --json", "validate test.yaml", "audit data/heads --json",
    "benchmark convolution --size 8x8 --repeats 1", "benchmark network --size 32x32 --repeats 1 --depth 1 --memory",
    "benchmark scans --size 8x8x8 --repeats 1", "benchmark augmentation --size 16x16 --repeats 1",
  ]

  @Test("A result that a full or closed standard output loses is a failure", arguments: commands)
  func lost(_ command: String) throws {
    for (sink, reason) in [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
      let outcome = try sandbox.shell("$segment \(command) \(sink)")
      #expect(outcome.status == 1, "\(command) \(sink): \(outcome.errors)")
      #expect(
        outcome.errors.contains("error: cannot write the result to standard output (\(reason))"),
        "\(outcome.errors)")
    }
  }

  @Test("A reader that stops early makes no noise", arguments: commands)
  func brokenPipe(_ command: String) throws {
    // Killed by the broken pipe, or done before it broke; where the signal is ignored the result is nobody's.
    let killed = try sandbox.shell("$segment \(command) | true; exit ${PIPESTATUS[0]}")
    #expect([0, 141].contains(killed.status) && killed.errors.isEmpty, "\(killed.status): \(killed.errors)")
    let ignored = try sandbox.shell("trap '' PIPE; $segment \(command) | true; exit ${PIPESTATUS[0]}")
    #expect(ignored.status == 0 && ignored.errors.isEmpty, "\(ignored.status): \(ignored.errors)")
  }

  @Test("A command that prints nothing needs no standard output, and writes no file through its number")
  func closed() throws {
    let outcome = try sandbox.shell("$segment convert data/heads/images/head_00.nii.gz a.nii >&- 2>&- <&-")
    #expect(outcome.status == 0)
    let other = try sandbox.program.run("convert", "data/heads/images/head_00.nii.gz", "b.nii")
    #expect(other.status == 0)
    #expect(try sandbox.data("a.nii") == sandbox.data("b.nii"))
  }

  @Test(
    "A number of threads that is none is refused by every command",
    arguments: ["4x", "-3", "0", "", "65", "99999999999999999999", " 4", "1.5"])
  func threads(_ value: String) throws {
    var program = sandbox.program
    program.environment["SEGMENT_THREADS"] = value
    for arguments in [["info", "data/heads/images/head_00.nii.gz"], ["validate", "test.yaml"], ["--help"]] {
      let outcome = try program.run(arguments)
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(
        outcome.errors == "error: SEGMENT_THREADS is '\(value)'; expected a whole number from 1 to 64\n",
        "\(outcome.errors)")
    }
  }

  @Test("--threads of a benchmark is bounded likewise", arguments: ["0", "65", "99999999999"])
  func benchmarkThreads(_ value: String) throws {
    let outcome = try sandbox.program.run("benchmark", "scans", "--size", "8x8x8", "--threads", value)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--threads is \(value); expected 1 to 64"), "\(outcome.errors)")
  }
}
