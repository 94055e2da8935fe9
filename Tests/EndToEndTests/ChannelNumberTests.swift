import Foundation
import Testing

/// What the number at the end of a scan's name means: nnU-Net's channel, or a part of the name.
@Suite struct ChannelNumberTests {
  private let sandbox: Sandbox
  private static let model = Program.checkout.appending(path: "Tests/Golden/models/axial.safetensors").path

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 3)
  }

  private func copy(head: Int, to name: String) throws {
    let file = sandbox.url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let head = sandbox.url.appending(path: "data/heads/images/head_0\(head).nii.gz")
    try FileManager.default.copyItem(at: head, to: file)
  }

  private func predict(_ input: String, _ output: String) throws -> (names: [String], errors: String) {
    let outcome = try sandbox.program.run(
      "predict", "--model", Self.model, "--input", input, "--output", output)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (try sandbox.names(in: output), outcome.errors)
  }

  @Test("A model of one channel: _0000 is dropped from a lone channel, and kept where scans differ in it alone")
  func oneChannel() throws {
    try copy(head: 0, to: "lone/a_0000.nii.gz")
    try copy(head: 1, to: "lone/b_0000.nii.gz")
    let lone = try predict("lone", "of-lone")
    #expect(lone.names == ["a.nii.gz", "b.nii.gz"] && !lone.errors.contains("warning"), "\(lone.errors)")

    for (head, name) in ["scan_0000", "scan_0001", "other_0000"].enumerated() {
      try copy(head: head, to: "numbered/\(name).nii.gz")
    }
    let numbered = try predict("numbered", "of-numbered")
    #expect(numbered.names == ["other.nii.gz", "scan_0000.nii.gz", "scan_0001.nii.gz"])
    #expect(
      numbered.errors.contains(
        "2 scans end in numbers as the channels of one case do (scan_0000.nii.gz, scan_0001.nii.gz), but the model has "
          + "one channel: each is predicted as a scan of its own"), "\(numbered.errors)")
    #expect(try predict("numbered/*_0000.nii.gz", "of-channel").names == ["other.nii.gz", "scan.nii.gz"])
  }

  @Test("A pipeline names a prediction as its case: the number stays where the case has it")
  func pipeline() throws {
    for name in ["scan_0000", "scan_0001", "scan_0002"] {
      try copy(head: 0, to: "images/\(name).nii.gz")
      let label = sandbox.url.appending(path: "data/heads/labels/head_00.nii.gz")
      try FileManager.default.copyItem(at: label, to: sandbox.url.appending(path: "\(name).nii.gz"))
    }
    try sandbox.write(
      """
      name: test
      stages:
        - load:
            images: images/*.nii.gz
            labels: "{case}.nii.gz"
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: [scan_0001], validation: [scan_0002], test: [scan_0000]}
        - train: {network: {base_channels: 4, depth: 2}, epochs: 1, samples_per_epoch: 8}
        - predict:
        - evaluate:
      """, to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try sandbox.names(in: "runs/test/predictions") == ["scan_0000.nii.gz"])
    #expect(try predict("images", "other").names == ["scan_0000.nii.gz", "scan_0001.nii.gz", "scan_0002.nii.gz"])
  }
}
