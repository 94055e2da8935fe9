import Foundation
import Testing

/// Messages that nobody can receive, and paths with links, as a shell hands them over.
@Suite struct StandardErrorTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "test.yaml")
  }

  @Test("A full disk, a closed pipe or a closed terminal behind standard error does not stop the work")
  func lost() throws {
    let run = "run test.yaml --until split"
    #expect(try sandbox.shell("$segment \(run) --output full 2> /dev/full").status == 0)
    #expect(sandbox.exists("full/split.json") || sandbox.exists("full/stages/split/manifest.json"))
    let log = String(decoding: try sandbox.data("full/log.jsonl"), as: UTF8.self)
    #expect(log.contains("finished in"))
    let pipe = try sandbox.shell("$segment \(run) --output pipe 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}")
    #expect(pipe.status == 0 && sandbox.exists("pipe/stages/split/manifest.json"))
    #expect(try sandbox.shell("$segment run none.yaml 2> /dev/full").status == 2)
  }
}
