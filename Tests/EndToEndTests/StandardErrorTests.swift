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

  @Test("A path with .. behind a link means what it means to the system")
  func links() throws {
    try sandbox.write("", to: "far/below/.keep")
    try sandbox.write("", to: "near/.keep")
    try FileManager.default.createSymbolicLink(
      at: sandbox.url.appending(path: "near/link"), withDestinationURL: sandbox.url.appending(path: "far/below"))
    let image = "data/heads/images/head_00.nii.gz"
    #expect(try sandbox.program.run("convert", image, "near/link/../a.nii.gz").status == 0)
    #expect(sandbox.exists("far/a.nii.gz") && !sandbox.exists("near/a.nii.gz"))
    #expect(try sandbox.program.run("info", "near/link/../a.nii.gz").status == 0)
    let audit = try sandbox.program.run("audit", "data/heads", "--pipeline", "near/link/p.yaml")
    #expect(audit.status == 0, "\(audit.errors)")
    let text = String(decoding: try sandbox.data("far/below/p.yaml"), as: UTF8.self)
    #expect(text.contains("images: \"../../data/heads/images/*\""), "\(text)")
    for path in ["near/link/p.yaml", "far/below/p.yaml"] {
      let outcome = try sandbox.program.run("validate", path)
      #expect(outcome.status == 0, "\(path): \(outcome.errors)")
    }
  }

  @Test("A file of a folder that does not exist is exit code 2", arguments: ["convert", "overlay", "audit"])
  func missingFolder(_ command: String) throws {
    let image = "data/heads/images/head_00.nii.gz"
    let arguments =
      switch command {
      case "convert": [image, "none/a.nii.gz"]
      case "overlay":
        ["--image", image, "--reference", "data/heads/labels/head_00.nii.gz", "--output", "none/a.png"]
      default: ["data/heads", "--pipeline", "none/a.yaml"]
      }
    let outcome = try sandbox.program.run([command] + arguments)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(": its folder does not exist; check the path, or make the folder first"))
    #expect(!sandbox.exists("none"))
  }

  @Test("A length of an augmentation that is no length of a scan is refused before any work")
  func lengths() throws {
    for key in ["rigid.translation_mm", "elastic.displacement_px"] {
      let outcome = try sandbox.program.run("validate", "test.yaml", "--set", "augment.\(key)=1e308")
      #expect(outcome.status == 2, "\(key): \(outcome.errors)")
      #expect(outcome.errors.contains("augment.\(key): expected a number from 0 to "), "\(key): \(outcome.errors)")
    }
  }
}
