import Files
import Foundation
import Testing

/// Models of version 0.1, with the pipelines that made them beside them: they load, and predict the same bytes.
@Suite struct GoldenModelTests {
  private let sandbox: Sandbox
  private static let folder = Program.checkout.appending(path: "Tests/Golden/models").path

  init() throws {
    sandbox = try Sandbox()
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: "scans"), withIntermediateDirectories: true)
    let scan = Program.checkout.appending(path: "sample-data/heads/images/head_20.nii.gz").path
    try #require(sandbox.program.run("convert", scan, "scans/head_20.nii").status == 0)
  }

  private func predict(_ models: [String], to output: String) throws -> String {
    let paths = models.map { "\(Self.folder)/\($0).safetensors" }
    let outcome = try sandbox.program.run(
      ["predict", "--model"] + paths + ["--input", "scans", "--output", output])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return ContentHash.hash(of: try sandbox.data("\(output)/head_20.nii"))
  }

  @Test(
    "A model of version 0.1 predicts the bytes that it predicted then",
    arguments: [
      ("axial", "6088b2f7bd4eff16ed09e5a50a2ed363"), ("sagittal", "c70c9d09899b1d7a19d9184ddbecd83f"),
    ])
  func predicts(model: String, hash: String) throws {
    #expect(try predict([model], to: "labels") == hash)
  }

  @Test("Models of other slice axes, windows and spacings predict together, in any order the same bytes")
  func together() throws {
    let first = try predict(["axial", "sagittal"], to: "first")
    #expect(try predict(["sagittal", "axial"], to: "second") == first)
  }

  @Test("The card says the plane of the slices in the words of the field")
  func card() throws {
    for (model, plane) in [("axial", "axial"), ("sagittal", "sagittal")] {
      let outcome = try sandbox.program.run("info", "\(Self.folder)/\(model).safetensors")
      #expect(outcome.output.contains("slices         \(plane) (across the "), "\(outcome.output)")
    }
  }
}
