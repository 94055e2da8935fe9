import Foundation
import Testing

/// The main job on `sample-data/`, as the README promises it.
@Suite struct QuickstartTests {
  /// The mean foreground Dice that `summary.json` states.
  private func dice(_ data: Data) throws -> Double {
    struct Summary: Decodable {
      struct Mean: Decodable { let Dice: Double }
      let foreground_mean: Mean
    }
    return try JSONDecoder().decode(Summary.self, from: data).foreground_mean.Dice
  }

  @Test("The quickstart runs every stage, reaches a Dice of 0.85 on both test parts, and is then up to date")
  func quickstart() throws {
    let sandbox = try Sandbox()
    let pipeline = Program.checkout.appending(path: "pipelines/quickstart.yaml").path
    let first = try sandbox.program.run("run", pipeline)
    #expect(first.status == 0, "\(first.errors)")
    let heads = try dice(sandbox.data("runs/quickstart/stages/evaluate-heads/summary.json"))
    let membranes = try dice(sandbox.data("runs/quickstart/stages/evaluate-membranes/summary.json"))
    #expect(heads >= 0.85)
    #expect(membranes >= 0.85)
    for (kind, count) in [("heads", 6), ("membranes", 5)] {
      let names = try expectPredictions(
        "runs/quickstart/stages/predict-\(kind)/predictions",
        toLieOnScans: Program.checkout.appending(path: "sample-data/\(kind)/images").path, in: sandbox)
      #expect(names.count == count, "\(names)")
    }
    let again = try sandbox.program.run("run", pipeline)
    #expect(again.status == 0)
    #expect(!again.errors.contains("will run"), "\(again.errors)")
  }
}

/// The pipelines for the real scans, where these are.
@Suite(.enabled(if: RealData.isPresent, "SEGMENT_DATA names no folder with the real scans"))
struct RealDataTests {
  @Test(
    "The pipelines for real scans find, read and accept every case",
    arguments: [
      ("hippocampus-2d", "augment"), ("hippocampus-3d", "augment"), ("hippocampus-augmentation", "elastic"),
      ("membranes", "augment"), ("sarcoma", "augment"), ("brain-structures", "augment"), ("brain-tumours", "augment"),
    ])
  func loads(name: String, stage: String) throws {
    let sandbox = try Sandbox()
    var program = sandbox.program
    program.environment["SEGMENT_DATA"] = RealData.folder?.path
    let pipeline = Program.checkout.appending(path: "pipelines/\(name).yaml").path
    let outcome = try program.run("run", pipeline, "--until", stage)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test("The hippocampus loads as the Decathlon's list names it, classes and all")
  func decathlon() throws {
    let sandbox = try Sandbox()
    let folder = try #require(RealData.folder).appending(path: "hippocampus").path
    try sandbox.write("name: test\nstages:\n  - load: {dataset: \(folder)}\n", to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in ["MSD: dataset.json, 200 training cases.", "Anterior 2.75 %"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test("A network of one epoch finds the hippocampus, and predictions lie on their scans")
  func learns() throws {
    let sandbox = try Sandbox()
    var program = sandbox.program
    program.environment["SEGMENT_DATA"] = RealData.folder?.path
    let pipeline = Program.checkout.appending(path: "pipelines/hippocampus-2d.yaml").path
    let outcome = try program.run(
      "run", pipeline, "--until", "evaluate", "--set", "train.epochs=1", "--set", "train.network.base_channels=8",
      "--set", "train.samples_per_epoch=1600")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let scans = try #require(RealData.folder).appending(path: "hippocampus/imagesTr").path
    let names = try expectPredictions("runs/hippocampus-2d/predictions", toLieOnScans: scans, in: sandbox)
    #expect(names.count == 40)
    let summary = String(decoding: try sandbox.data("runs/hippocampus-2d/summary.json"), as: UTF8.self)
    #expect(summary.contains("foreground_mean"))
  }
}

/// Compares the geometry of each prediction in a folder with that of the scan of its name, and returns the names.
private func expectPredictions(_ folder: String, toLieOnScans scans: String, in sandbox: Sandbox) throws -> [String] {
  struct Geometry: Decodable, Equatable {
    let size: [Int]
    let affine: [[Double]]
    let spacing_mm: [Double]?
    let orientation: String?
  }
  func geometry(_ file: String) throws -> Geometry {
    let outcome = try sandbox.program.run("info", file, "--json")
    try #require(outcome.status == 0, "\(file): \(outcome.errors)")
    return try JSONDecoder().decode(Geometry.self, from: Data(outcome.output.utf8))
  }
  let names = try sandbox.names(in: folder)
  for name in names {
    let prediction = try geometry("\(folder)/\(name)")
    let scan = try geometry("\(scans)/\(name)")
    #expect(prediction == scan, "\(name)")
  }
  return names
}

/// Where the real scans are: `SEGMENT_DATA`, or the folder that stands beside a developer's checkout.
enum RealData {
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["SEGMENT_DATA"].map { URL(filePath: $0) }
    let candidates = [named, Program.checkout.deletingLastPathComponent().appending(path: "shared/data")]
    return candidates.compactMap { $0 }.first {
      FileManager.default.fileExists(atPath: $0.appending(path: "hippocampus/dataset.json").path)
    }
  }()

  static var isPresent: Bool { folder != nil }
}
