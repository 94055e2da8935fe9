import Foundation
import Testing

/// Messages about mistakes that are easily made: they name the file and say what to do.
@Suite struct MessageTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 3, membranes: 1)
  }

  private func expect(_ status: Int32, _ text: String, _ arguments: String...) throws {
    let outcome = try sandbox.program.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  private static let head = "data/heads/images/head_00.nii.gz"
  private static let labels = "data/heads/labels/head_00.nii.gz"
  private static let model = Program.checkout.appending(path: "Tests/Golden/models/axial.safetensors").path

  @Test("Unknown commands are refused, also behind help, and usage errors begin as others do")
  func commands() throws {
    try expect(2, "error: unknown command 'foo'. 'segment --help' lists the commands", "foo")
    try expect(2, "error: unknown command 'overlya'. Did you mean 'overlay'? 'segment", "help", "overlya")
    try expect(2, "error: Missing expected argument", "convert")
    let help = try sandbox.program.run("help", "overlay")
    #expect(help.status == 0 && help.output.contains("--prediction"))
  }

  @Test("What is no pipeline file, and what is no folder for results, is named")
  func pipelines() throws {
    try sandbox.write(TestPipeline.small, to: "p.yaml")
    try expect(2, "head_00.nii.gz: cannot be read: not UTF-8 text; expected a pipeline file (YAML)", "run", Self.head)
    try expect(2, "error: p.yaml: is a file, not a folder; choose a folder", "run", "p.yaml", "--output", "p.yaml")
    try expect(
      2, "train.network.dimensions: expected a whole number from 2 to 3, found 4", "validate", "p.yaml", "--set",
      "train.network.dimensions=4")
    try sandbox.makeDecathlon()
    try sandbox.write("name: d\nstages:\n  - load: {dataset: Task01_Heads, label_map: {2: 1}}\n", to: "d.yaml")
    try expect(2, "load.label_map: expected the key 'classes' beside 'label_map'", "validate", "d.yaml")
    try sandbox.write("name: d\nstages:\n  - predict:\n", to: "e.yaml")
    try expect(2, "predict: input \"model\" is missing; add one of these stages before it: ", "validate", "e.yaml")
    try sandbox.write("name: d\nstages:\n  - evaluate:\n", to: "e.yaml")
    try expect(
      2, "evaluate: input \"predictions\" is missing; add one of these stages before it: merge, predict",
      "validate", "e.yaml")
  }

  @Test("info says that it takes models too")
  func info() throws {
    try sandbox.write("text", to: "notes.yaml")
    try expect(
      3, ".tif, .tiff or .dcm, or a folder of DICOM files, or a model file (.safetensors)", "info", "notes.yaml")
  }

  @Test("Cases without a prediction are one warning, also where one file is compared with a folder")
  func missingPredictions() throws {
    let outcome = try sandbox.program.run(
      "evaluate", "--prediction", Self.labels, "--reference", "data/heads/labels", "--output", "scores")
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("2 cases have no prediction: head_01, head_02\n"), "\(outcome.errors)")
    let table = String(decoding: try sandbox.data("scores/failures.csv"), as: UTF8.self)
    #expect(table.contains("data/heads/labels/head_01.nii.gz: prediction not found"), "\(table)")
  }

  @Test("Predictions without a reference are counted and listed, and ten are named")
  func predictionsWithoutReference() throws {
    for index in 10..<22 { try sandbox.copy(Self.labels, to: "found/x\(index).nii.gz") }
    try sandbox.copy(Self.labels, to: "found/head_00.nii.gz")
    try sandbox.copy(Self.labels, to: "truth/head_00.nii.gz")
    try expect(
      4, "12 predictions without a reference are ignored: x10, x11, x12, x13, x14, x15, x16, x17, x18, x19 and 2 more",
      "evaluate", "--prediction", "found", "--reference", "truth", "--output", "scores")
  }

  @Test("An image in place of labels is named: too many values are an error, others a warning")
  func imagesAsLabels() throws {
    try expect(
      2, "images/head_00.nii.gz: has ", "evaluate", "--prediction", Self.head, "--reference", Self.labels, "--output",
      "s")
    let picture = "data/membranes/images/membrane_00.png"
    for arguments in [
      ["overlay", "--image", picture, "--reference", picture, "--output", "o.png"],
      ["evaluate", "--prediction", picture, "--reference", picture, "--output", "same"],
    ] {
      let outcome = try sandbox.program.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("look like images") || outcome.errors.contains("looks like an image, not like labels"))
    }
    let labels = try sandbox.program.run(
      "overlay", "--image", Self.head, "--reference", Self.labels, "--output", "l.png")
    #expect(!labels.errors.contains("like"), "\(labels.errors)")
  }

  @Test("Labels that would be interpolated are noticed, images are not")
  func interpolatedLabels() throws {
    try expect(0, "--order 0 keeps them", "convert", Self.labels, "a.nii.gz", "--spacing", "2,2,2")
    for (file, order) in [(Self.labels, "0"), (Self.head, "1")] {
      let outcome = try sandbox.program.run("convert", file, "\(order).nii.gz", "--spacing", "2,2,2", "--order", order)
      #expect(outcome.status == 0 && !outcome.errors.contains("--order 0"), "\(outcome.errors)")
    }
  }

  @Test("A picture that was converted to NIfTI has no physical size")
  func convertedPicture() throws {
    for (image, file) in [("images", "a"), ("labels", "b")] {
      let made = try sandbox.program.run("convert", "data/membranes/\(image)/membrane_00.png", "\(file).nii.gz")
      #expect(made.status == 0, "\(made.errors)")
    }
    let info = try sandbox.program.run("info", "a.nii.gz")
    #expect(info.output.contains("spacing      unknown") && info.output.contains("orientation  unknown"))
    try expect(
      0, "Dice 1.0000", "evaluate", "--prediction", "b.nii.gz", "--reference", "b.nii.gz", "--output", "scores")
    let table = String(decoding: try sandbox.data("scores/metrics.csv"), as: UTF8.self)
    #expect(table.contains("b,255,volume_pred_mm3,,ok\n"), "\(table)")
  }

  @Test("A prediction of nothing ends with exit code 3")
  func nothingPredicted() throws {
    try sandbox.write("no scan", to: "scans/a.nii.gz")
    let predict = ["predict", "--model", Self.model, "--input", "scans", "--output", "out"]
    let one = try sandbox.program.run(predict)
    #expect(one.status == 3 && one.errors.contains("0 of 1 scan predicted"), "\(one.errors)")
    #expect(one.errors.contains("the scan could not be predicted; see out/failures.csv"))
    try sandbox.write("no scan", to: "scans/b.nii.gz")
    let two = try sandbox.program.run(predict)
    #expect(two.status == 3 && two.errors.contains("none of the 2 scans could be predicted; see out/failures.csv"))
    #expect(sandbox.exists("out/failures.csv"))
  }

  @Test("An augmentation of volumes is not applied to a picture; lengths of one without a size are mentioned")
  func augmentations() throws {
    let picture = "data/membranes/images/membrane_00.png"
    func draw(_ rotation: String, _ translation: String) -> String {
      #"{"intensity":[],"spatial":{"restraint":1,"rigid":{"flips":[],"rotationDegrees":\#(rotation),"translation":"#
        + #"\#(translation)},"stretch":{"shearDegrees":[0,0,0],"stretch":[1,1,1],"zoom":1}}}"#
    }
    try sandbox.write(draw("[5,0,0]", "[0,0,0]"), to: "volume.json")
    try sandbox.write(draw("[0,0,5]", "[2,0,0]"), to: "plane.json")
    try expect(
      3, "membrane_00.png: expected a volume, for which this augmentation was drawn, found a plane image", "augment",
      "apply", "--image", picture, "--draw", "volume.json", "--output", "a.png")
    try expect(
      0, "has no physical size; the lengths of the augmentation are taken as pixels", "augment", "apply", "--image",
      picture,
      "--draw", "plane.json", "--output", "b.png")
  }
}
