import Foundation
import Testing

/// Overlays as users draw them: `segment overlay` and the stage `overlay`.
@Suite struct OverlayTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private static let inputs = [
    "--image", "data/heads/images/head_00.nii.gz", "--reference", "data/heads/labels/head_00.nii.gz", "--prediction",
    "data/heads/labels/head_00.nii.gz",
  ]

  private func draw(_ output: String, _ options: String..., expecting status: Int32 = 0) throws -> Program.Outcome {
    let outcome = try sandbox.program.run(["overlay"] + Self.inputs + ["--output", output] + options)
    #expect(outcome.status == status, "\(outcome.errors)")
    return outcome
  }

  /// Width and height in the header of a PNG.
  private func size(of name: String) throws -> [Int] {
    let bytes = [UInt8](try sandbox.data(name).prefix(24))
    return [16, 20].map { bytes[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test("The ending of the output tells the format; equal commands give equal files")
  func formats() throws {
    let starts: [(String, [UInt8])] = [
      ("png", [0x89, 0x50]), ("svg", Array("<?xml".utf8)), ("pdf", Array("%PDF".utf8)),
    ]
    for (ending, start) in starts {
      for name in ["a", "b"] { _ = try draw("\(name).\(ending)", "--planes", "axial,coronal,sagittal") }
      let data = try sandbox.data("a.\(ending)")
      #expect(data.starts(with: start))
      #expect(try sandbox.data("b.\(ending)") == data, "\(ending)")
    }
    #expect(try draw("a.jpg", expecting: 2).errors.contains("a file name that ends in .png, .svg or .pdf"))
  }

  @Test("Every style, choice of slices, window and theme gives another picture; scale 2 twice the pixels")
  func options() throws {
    var pictures: Set<Data> = []
    let options = [
      [], ["--labels", "masks"], ["--labels", "errors", "--opacity", "0.8"], ["--choose", "largest"],
      ["--slices", "2", "--choose", "even"], ["--window=-100,5000"], ["--theme", "light"], ["--planes", "coronal"],
      ["--labels", "masks", "--colour", "1=#ff0000"],
    ]
    for (index, options) in options.enumerated() {
      let outcome = try sandbox.program.run(["overlay"] + Self.inputs + ["--output", "\(index).png"] + options)
      #expect(outcome.status == 0, "\(options): \(outcome.errors)")
      pictures.insert(try sandbox.data("\(index).png"))
    }
    #expect(pictures.count == options.count)
    _ = try draw("large.png", "--scale", "2")
    #expect(try size(of: "large.png") == size(of: "0.png").map { 2 * $0 })
  }

  @Test("What an option cannot be is refused, with what it may be")
  func refusals() throws {
    #expect(
      try draw("a.png", "--planes", "axiel", expecting: 2).errors.contains("expected axial, coronal and sagittal"))
    #expect(try draw("a.png", "--labels", "mask", expecting: 2).errors.contains("expected contours, masks, errors"))
    #expect(try draw("a.png", "--window", "lungs", expecting: 2).errors.contains("expected lung, bone, soft_tissue"))
    #expect(try draw("a.png", "--window", "5,5", expecting: 2).errors.contains("--window is 5,5"))
    #expect(try draw("a.png", "--colour", "red", expecting: 2).errors.contains("such as tumour=#ff8000"))
    #expect(try draw("a.png", "--slices", "0", expecting: 2).errors.contains("expected 1 to 64"))
    #expect(try draw("a.png", "--opacity", "2", expecting: 2).errors.contains("expected 0 to 1"))
    #expect(try draw("a.png", "--colour", "liver=#ff0000", expecting: 2).errors.contains("expected one of the classes"))
    let alone = try sandbox.program.run(
      "overlay", "--image", "data/heads/images/head_00.nii.gz", "--labels", "errors", "--output", "a.png")
    #expect(alone.status == 2 && alone.errors.contains("expected also --reference and --prediction"))
    #expect(!sandbox.exists("a.png"))
  }

  @Test("A stage draws cases of any script, in the wanted format, and its keys are checked")
  func stage() throws {
    let names = ["患者一", "пациент", "مريض", "case"]
    for (index, name) in names.enumerated() {
      for kind in ["images", "labels"] {
        try FileManager.default.moveItem(
          at: sandbox.url.appending(path: "data/heads/\(kind)/head_0\(index).nii.gz"),
          to: sandbox.url.appending(path: "data/heads/\(kind)/\(name).nii.gz"))
      }
    }
    let stages = """
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - train: {network: {base_channels: 2, depth: 1}, epochs: 1, samples_per_epoch: 4}
        - predict: {part: all}
        - evaluate: {part: all}
      """
    let keys = "planes: [axial, sagittal], slices: 2, labels: errors, window: [0, 3000], theme: light, format: svg"
    try sandbox.write(
      TestPipeline.heads(
        stages: stages + "\n  - overlay: {part: all, cases: all, \(keys), colours: {lesion: '#ff0000'}}"),
      to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(Set(try sandbox.names(in: "run/overlays")) == Set(names.map { "\($0).svg" }))
    #expect(
      try Set(sandbox.names(in: "run/plots")).isSuperset(of: [
        "boxes.png", "boxes.svg", "bland_altman.svg", "confusion.png",
      ]))
    #expect(sandbox.exists("run/progress.svg"))

    try sandbox.write(
      TestPipeline.heads(
        stages: stages + "\n  - overlay: {planes: [axial, oblique], window: lungs, colours: {lesion: red}, format: gif}"
      ),
      to: "pipeline.yaml")
    let refused = try sandbox.program.run("validate", "pipeline.yaml")
    #expect(refused.status == 2)
    for text in ["oblique", "lungs", "red", "gif"] {
      #expect(refused.errors.contains(text), "\(text): \(refused.errors)")
    }
  }
}
