import Foundation
import Testing

/// Data sets of several channels, from tables and in published layouts, from their files to predictions.
@Suite struct SourceTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private static let classes = "classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}"
  private static let stages = """
      - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
      - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 1}
      - predict:
      - evaluate:
      - overlay: {cases: all}
    """

  /// Runs a pipeline with these keys of the load stage.
  private func run(_ load: [String], stages: String = "", _ arguments: String...) throws -> Program.Outcome {
    let keys = load.map { "      " + $0 }.joined(separator: "\n")
    try sandbox.write("name: test\nstages:\n  - load:\n\(keys)\n\(stages)\n", to: "pipeline.yaml")
    return try sandbox.program.run(["run", "pipeline.yaml"] + arguments)
  }

  private struct Stored: Decodable {
    struct Case: Decodable {
      struct File: Decodable { let name: String }
      let id, group: String
      let images: [File]
    }
    let format_version, channels: Int
    let channel_names: [String]?
    let cases: [Case]
  }

  private func dataset() throws -> Stored {
    try JSONDecoder().decode(Stored.self, from: sandbox.data("runs/test/stages/load/dataset.json"))
  }

  @Test("A case of two images is trained on, predicted, measured and drawn, and its model labels numbered files")
  func channels() throws {
    try sandbox.makeStudy()
    let outcome = try run(
      [
        "images:", "  t1: study/{case}/t1.nii.gz", "  flair: study/{case}/flair.nii.gz",
        "labels: study/{case}/label.nii.gz", Self.classes,
      ], stages: Self.stages)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("2 channels (t1, flair)"), "\(outcome.errors)")
    let dataset = try dataset()
    #expect(dataset.format_version == 2 && dataset.channels == 2 && dataset.channel_names == ["t1", "flair"])
    #expect(dataset.cases[0].images.map(\.name) == ["head_00/t1.nii.gz", "head_00/flair.nii.gz"])
    #expect(try sandbox.names(in: "runs/test/predictions/head_03") == ["t1.nii.gz"])
    #expect(try sandbox.names(in: "runs/test/overlays") == ["head_03.png"])
    let info = try sandbox.program.run("info", "runs/test/model.safetensors")
    #expect(info.output.contains("2 channels (t1, flair)"), "\(info.output)")
    try predictNumbered()
  }

  /// Files of one channel make cases by their numbers; one that lacks a file is listed.
  private func predictNumbered() throws {
    for name in ["sub/a_0000", "sub/a_0001", "b_0000", "c_0001"] {
      try sandbox.copy("data/heads/images/head_03.nii.gz", to: "scans/\(name).nii.gz")
    }
    let outcome = try sandbox.program.run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "scans", "--output", "out")
    #expect(outcome.status == 4, "\(outcome.errors)")
    for part in [
      "b_0000.nii.gz: the model expects 2 channels (t1, flair), the scan has 1",
      "1 image is missing: of case 'c_0001.nii.gz' (expected 'c_0000.nii.gz')", "1 of 3 scans predicted",
    ] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    #expect(try sandbox.names(in: "out/sub") == ["a.nii.gz"])
    #expect(
      try sandbox.data("out/sub/a.nii.gz") == sandbox.data("runs/test/predictions/head_03/t1.nii.gz"))
    let one = try sandbox.program.run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "scans/sub/a_0000.nii.gz", "--output", "one")
    #expect(one.status == 0, "\(one.errors)")
    #expect(try sandbox.names(in: "one") == ["a.nii.gz"])
  }

  @Test("A table and the published layouts give the same voxels as patterns, and say what they found")
  func sources() throws {
    try sandbox.makeStudy()
    try sandbox.makeDecathlon()
    try sandbox.makeNNUNet()
    try sandbox.makeBIDS()
    let table = try run(["table: cases.csv", Self.classes])
    #expect(table.errors.contains("table 'cases.csv': 4 cases, each with 2 images and a label."), "\(table.errors)")
    #expect(try dataset().cases.map(\.group) == ["p0", "p0", "p1", "p1"])
    let voxels = try #require(table.errors.split(separator: "\n").first { $0.contains("voxels by class") })
    for (load, found) in [
      (["dataset: Task01_Heads"], "MSD: dataset.json, 4 training cases."),
      (["dataset: Dataset001_Heads/dataset.json"], "nnU-Net: dataset.json, 4 training cases."),
      (["dataset: bids", "suffix: [T1w, FLAIR]", Self.classes], "BIDS: 2 subjects, 4 cases, suffix 'T1w', 'FLAIR'"),
    ] {
      let outcome = try run(load)
      #expect(outcome.status == 0 && outcome.errors.contains(found), "\(outcome.errors)")
      #expect(outcome.errors.contains(voxels), "\(outcome.errors)")
    }
    #expect(try dataset().cases.map(\.group) == ["sub-00", "sub-00", "sub-01", "sub-01"])
    let renamed = try run(["dataset: Task01_Heads", "classes: {background: [0, 1, 2], lesion: 3}"])
    #expect(renamed.status == 0, "\(renamed.errors)")
    #expect(try sandbox.data("runs/test/stages/load/dataset.json").range(of: Data("nuclei".utf8)) == nil)
  }

  @Test("Labels and channels on other grids are resampled where that is asked for, in training and evaluation alike")
  func resampling() throws {
    try sandbox.makeStudy()
    for (file, order) in [("label", "0"), ("flair", "1")] {
      let path = "study/head_03/\(file).nii.gz"
      let made = try sandbox.program.run("convert", path, "other.nii.gz", "--spacing", "3,3,5", "--order", order)
      #expect(made.status == 0, "\(made.errors)")
      try FileManager.default.removeItem(at: sandbox.url.appending(path: path))
      try FileManager.default.moveItem(
        at: sandbox.url.appending(path: "other.nii.gz"), to: sandbox.url.appending(path: path))
    }
    let load = [
      "images: ['study/{case}/t1.nii.gz', 'study/{case}/flair.nii.gz']", "labels: study/{case}/label.nii.gz",
      Self.classes,
    ]
    let refused = try run(load)
    #expect(refused.status == 3)
    for part in ["head_03", "study/head_03/t1.nii.gz", "study/head_03/flair.nii.gz", "on_mismatch: resample"] {
      #expect(refused.errors.contains(part), "\(refused.errors)")
    }
    let outcome = try run(load + ["on_mismatch: resample"], stages: Self.stages)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in [
      "study/head_03/flair.nii.gz' and the image are on different grids",
      "study/head_03/label.nii.gz' and the image are on different grids",
      "mm", "rotated by 0.0 degrees", "resampled to the image's grid", "reading: on mismatch resample",
    ] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    #expect(!sandbox.exists("runs/test/stages/evaluate/failures.csv"))
  }

  @Test("Sources that contradict each other, and keys without their partner, are refused with what was expected")
  func refusals() throws {
    for (load, parts) in [
      (["classes: {background: 0, a: 1}"], ["\"images\" is missing", "one of the keys images, table, dataset"]),
      (["images: a/*.nii", "table: b.csv"], ["load.table", "only one of the keys images, table, dataset"]),
      (["table: b.csv", "labels: c/*.nii"], ["load.labels", "no 'labels' together with 'table'"]),
      (["images: a/*.nii", "labels: c/*.nii"], ["\"classes\" is missing"]),
      (["images: a/*.nii", "fourth_dimension: time"], ["load.frame", "a time point, from 0"]),
      (["images: a/*.nii", "frame: 2"], ["load.frame", "fourth_dimension: time"]),
      (["images: a/*.nii", "suffix: T1w"], ["suffix"]),
      (["dataset: data", "layout: dicom"], ["one of msd, nnunet, bids"]),
    ] {
      let outcome = try run(load)
      #expect(outcome.status == 2, "\(outcome.errors)")
      for part in parts { #expect(outcome.errors.contains(part), "no '\(part)' in: \(outcome.errors)") }
    }
  }
}
