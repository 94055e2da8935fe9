import Foundation
import Testing

/// Each mistake of a hurried person: one clear message, the documented exit code, nothing half-written.
@Suite struct BadInputTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
  }

  /// Runs the pipeline and checks the code, the parts of the message, and that no stage was left half done.
  private func expect(
    _ status: Int32, _ parts: [String], completed: [String] = [], arguments: [String] = [],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try sandbox.program.run(["run", "pipeline.yaml"] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    for part in parts {
      #expect(outcome.errors.contains(part), "no '\(part)' in: \(outcome.errors)", sourceLocation: location)
    }
    let finished = sandbox.exists("runs/test/stages") ? try sandbox.names(in: "runs/test/stages") : []
    #expect(finished.filter { !$0.hasPrefix(".") } == completed, sourceLocation: location)
    for name in ["model.safetensors", "predictions", "summary.json"] {
      #expect(!sandbox.exists("runs/test/\(name)"), sourceLocation: location)
    }
  }

  private func path(_ name: String) -> URL { sandbox.url.appending(path: name) }

  @Test("A missing folder is named, with the part of the path that does not exist")
  func missingFolder() throws {
    try expect(2, ["data/nowhere' not found", "/data' exists"], arguments: ["--set", "variables.data=data/nowhere"])
  }

  @Test(
    "An input that is missing is named by every command with a remedy for reading",
    arguments: [
      "convert none.nii.gz out.nii.gz", "info none.nii.gz",
      "overlay --image none.nii.gz --reference none.nii.gz --output o.png",
      "augment preview --image none.nii.gz --output o.png", "predict --model none.nii.gz --input data --output out",
      "evaluate --prediction data --reference data --output out --classes none.nii.gz", "run none.nii.gz",
    ])
  func missingInput(command: String) throws {
    let outcome = try sandbox.program.run(command.split(separator: " ").map(String.init))
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("none.nii.gz") && outcome.errors.lowercased().contains("check the path"))
    #expect(!outcome.errors.contains("--output"), "\(outcome.errors)")
  }

  @Test("A file with classes in another form is no file for --classes, and what it is is said")
  func otherClassFiles() throws {
    try sandbox.write(#"{"labels": {"background": 0, "lesion": 1}}"#, to: "dataset.json")
    try Data([8, 0, 0, 0, 0, 0, 0, 0]).write(to: path("model.safetensors"))
    for (file, found) in [
      ("pipeline.yaml", "a pipeline file. Copy the key 'classes' of its load stage"), ("data", "a folder. Give"),
      ("dataset.json", "the description of a data set. Write"), ("model.safetensors", "a model file. 'segment info'"),
    ] {
      let outcome = try sandbox.program.run(
        "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "scores",
        "--classes", file)
      #expect(outcome.status == 2, "\(outcome.errors)")
      let expected =
        "\(file): expected a YAML file with the key 'classes', such as 'classes: {background: 0, lesion: 1}'"
      #expect(outcome.errors.contains("\(expected); found \(found)"), "\(outcome.errors)")
    }
  }

  @Test("An empty glob is named, with what the folder holds instead")
  func emptyGlob() throws {
    try expect(2, ["*.mha", "images"], arguments: ["--set", "load.images=data/heads/images/*.mha"])
  }

  @Test("An image without label is named, with the label it needs")
  func imageWithoutLabel() throws {
    try FileManager.default.removeItem(at: path("data/heads/labels/head_02.nii.gz"))
    try expect(3, ["head_02", "labels/head_02.nii.gz"])
  }

  @Test("A label of another shape is named, with both sizes")
  func labelOfAnotherShape() throws {
    try FileManager.default.removeItem(at: path("data/heads/labels/head_01.nii.gz"))
    try sandbox.program.run(
      "convert", "data/heads/labels/head_02.nii.gz", "data/heads/labels/head_01.nii.gz", "--spacing", "3,3,5",
      "--order", "0")
    try expect(3, ["head_01", "voxels"])
  }

  @Test("A label on another affine is named, with how far away it lies")
  func labelOfAnotherAffine() throws {
    try sandbox.program.run("convert", "data/heads/labels/head_01.nii.gz", "shifted.nii")
    var bytes = try Array(sandbox.data("shifted.nii"))
    // The offset along x of the sform: the file need not be compressed for its name.
    withUnsafeBytes(of: Float(400)) { bytes.replaceSubrange(292..<296, with: $0) }
    try Data(bytes).write(to: path("data/heads/labels/head_01.nii.gz"))
    try expect(3, ["head_01", "mm", "voxel"])
  }

  @Test("A label value outside the list is named, with the values allowed")
  func unlistedLabel() throws {
    let pipeline = TestPipeline.small.replacing(", lesion: 3", with: "")
    try sandbox.write(pipeline, to: "pipeline.yaml")
    try expect(3, ["head_00", "value 3", "0 background, 1 ventricles, 2 nuclei"])
  }

  @Test("A truncated .nii.gz is named")
  func truncatedFile() throws {
    let file = path("data/heads/images/head_01.nii.gz")
    let data = try Data(contentsOf: file)
    try data.prefix(data.count / 2).write(to: file)
    try expect(3, ["head_01.nii.gz", "truncated", "expected"])
  }

  @Test("A text file named .png is named, with what it looks like")
  func textNamedPNG() throws {
    try sandbox.write("these are words", to: "data/heads/images/head_09.png")
    try sandbox.write("these are words", to: "data/heads/labels/head_09.png")
    try expect(
      3, ["head_09.png", "PNG"],
      arguments: [
        "--set", "load.images=data/heads/images/*.png", "--set", "load.labels=data/heads/labels/{case}.png",
        "--until", "load",
      ])
  }

  @Test("A misspelt key is named with file, line and column, and what was meant")
  func misspeltKey() throws {
    try sandbox.write(TestPipeline.small.replacing("epochs: 3", with: "epoch: 3"), to: "pipeline.yaml")
    try expect(2, ["pipeline.yaml:12:", "epoch", "did you mean", "epochs"])
  }

  @Test("A wrong type is named, with what was expected and found")
  func wrongType() throws {
    try sandbox.write(TestPipeline.small.replacing("batch: 8", with: "batch: many"), to: "pipeline.yaml")
    try expect(2, ["pipeline.yaml:12:", "batch", "a whole number", "many"])
  }

  @Test("A class missing from the training part is named before any training")
  func missingClass() throws {
    let pipeline = TestPipeline.small.replacing("lesion: 3", with: "lesion: 3, tumour: 4")
    try sandbox.write(pipeline, to: "pipeline.yaml")
    try expect(3, ["tumour", "training"], completed: ["load"])
  }

  @Test("A millimetre parameter for scans without a physical size is refused")
  func millimetresOfPixels() throws {
    try sandbox.makePhantoms(membranes: 3)
    try sandbox.write(
      TestPipeline.membranes(stages: "  - augment: {elastic: {displacement_mm: 4}}"), to: "pipeline.yaml")
    try expect(2, ["displacement_mm", "spacing_mm"], completed: ["load"])
  }

  @Test("An output that cannot be written is named")
  func unwritableOutput() throws {
    try sandbox.write("a file where a folder should be", to: "blocked")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "blocked/run")
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("blocked"))
  }

  @Test("Usage errors end with code 2 and say how it is used")
  func usage() throws {
    for arguments in [["run"], ["predict", "--model"], ["nonsense"], ["convert", "a", "b", "--order", "7"]] {
      let outcome = try sandbox.program.run(arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(!outcome.errors.isEmpty)
    }
  }

  @Test("A misspelt command is named, and what was meant")
  func misspeltCommand() throws {
    let outcome = try sandbox.program.run("predikt", "--help")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("'predikt'") && outcome.errors.contains("Did you mean 'predict'"))
  }

  @Test("Images taken for labels are refused with the number of their values")
  func imagesAsLabels() throws {
    let outcome = try sandbox.program.run(
      "evaluate", "--prediction", "data/heads/images", "--reference", "data/heads/images", "--output", "scores")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("at most 253"), "\(outcome.errors)")
    #expect(!sandbox.exists("scores"))
  }

  @Test("A weight file that is none is refused by predict, and nothing is written")
  func notAModel() throws {
    try sandbox.write("no weights", to: "model.safetensors")
    let outcome = try sandbox.program.run(
      "predict", "--model", "model.safetensors", "--input", "data/heads/images", "--output", "out")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("model.safetensors: not a model file (safetensors); expected"), "\(outcome.errors)")
    #expect(!sandbox.exists("out"))
  }
}
