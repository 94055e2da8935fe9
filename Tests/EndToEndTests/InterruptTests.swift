import Foundation
import Testing

/// Ctrl-C leaves nothing half done.
@Suite(.serialized) struct InterruptTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  /// Starts a command and interrupts it at once, later and later, until it ends by itself.
  private func interrupt(_ arguments: [String], in folder: String) throws {
    for step in 1..<40 {
      let (process, _, errors) = try sandbox.program.start(arguments)
      Thread.sleep(forTimeInterval: 0.02 * Double(step))
      process.interrupt()
      process.waitUntilExit()
      let printed = try String(contentsOf: errors, encoding: .utf8)
      #expect([0, 130].contains(process.terminationStatus), "\(printed)")
      let hidden = try sandbox.names(in: folder).filter { $0.hasSuffix(".temporary") }
      #expect(hidden == [], "\(arguments[0]) left temporary files")
      if process.terminationStatus == 0 { return }
    }
  }

  @Test("convert and overlay leave no temporary files")
  func files() throws {
    let image = "data/heads/images/head_00.nii.gz"
    try interrupt(["convert", image, "out/a.nii.gz", "--spacing", "0.6,0.6,0.6"], in: outFolder())
    try interrupt(["overlay", "--image", image, "--output", "out/a.png"], in: outFolder())
  }

  private func outFolder() throws -> String {
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: "out"), withIntermediateDirectories: true)
    return "out"
  }

  @Test("predict goes on where it was interrupted")
  func prediction() throws {
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
    try #require(
      sandbox.program.run("run", "pipeline.yaml", "--output", "run", "--set", "train.epochs=1", "--until", "train")
        .status == 0)
    let scans = sandbox.url.appending(path: "scans")
    try FileManager.default.createDirectory(at: scans, withIntermediateDirectories: true)
    for index in 0..<40 {
      try FileManager.default.copyItem(
        at: sandbox.url.appending(path: "data/heads/images/head_00.nii.gz"),
        to: scans.appending(path: "scan_\(index).nii.gz"))
    }
    let arguments = ["predict", "--model", "run/model.safetensors", "--input", "scans", "--output", "out"]
    let (process, _, errors) = try sandbox.program.start(arguments)
    let first = sandbox.url.appending(path: "out/scan_0.nii.gz")
    while process.isRunning, !FileManager.default.fileExists(atPath: first.path) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.interrupt()
    process.waitUntilExit()
    let printed = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(printed)")
    #expect(printed.contains("interrupted; run the same command to resume"), "\(printed)")
    #expect(!printed.contains("error:"), "\(printed)")
    let again = try sandbox.program.run(arguments)
    #expect(again.status == 0)
    #expect(again.errors.contains(" of 40 scans predicted, "), "\(again.errors)")
  }
}
