import Foundation
import Testing

/// Results are never written where data are searched for.
@Suite struct ResultsAmongDataTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
  }

  private func status(_ output: String, _ more: String...) throws -> (status: Int32, errors: String) {
    let outcome = try sandbox.program.run(["run", "pipeline.yaml", "--until", "split", "--output", output] + more)
    return (outcome.status, outcome.errors)
  }

  @Test(
    "A run folder that is, contains or is in a folder of images or labels is refused",
    arguments: [
      "data/heads/images", "data/heads/images/run", "data/heads/labels/a/b", "data/heads", "data", ".", "link",
    ])
  func refused(_ output: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.url.appending(path: "link").path, withDestinationPath: "data/heads/images")
    for dryRun in [[], ["--dry-run"]] {
      let outcome = try sandbox.program.run(["run", "pipeline.yaml", "--output", output] + dryRun)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("results must not be among the data"), "\(outcome.errors)")
    }
    #expect(!sandbox.exists("data/heads/images/resolved.yaml"))
  }

  @Test("A run folder beside the data is accepted, and a run reads the results of another")
  func accepted() throws {
    #expect(try status("data/heads/run").status == 0)
    #expect(try status("runs/a").status == 0)
    // The usual place of a run, where the current folder contains the scans.
    #expect(try status("data/heads/images/runs/a").status == 0)
    // The data are the results of a stage of the same folder that this pipeline does not have.
    try sandbox.copy("data/heads", to: "runs/a/stages/other/augmented")
    let (status, errors) = try status("runs/a", "--set", "variables.data=runs/a/stages/other/augmented")
    #expect(status == 0, "\(errors)")
  }
}
