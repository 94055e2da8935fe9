import Foundation
import Testing

/// How scans are predicted: overlap, mirrored windows, probabilities.
@Suite(.serialized) struct PredictionKeysTests {
  private let sandbox: Sandbox
  private static let head = "data/heads/images/head_03.nii.gz"

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func write(predict: String, dimensions: Int = 2, patch: String = "") throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
            - train:
                network: {dimensions: \(dimensions), base_channels: 2, depth: 1}
                epochs: 1
                samples_per_epoch: 4
                batch: 2
          \(patch)
            - predict: {\(predict)}
            - evaluate:
          """), to: "pipeline.yaml")
  }

  @Test("Overlaps and mirrored windows change a 3-D prediction, with the same bits on one thread and on two")
  func windows() throws {
    try write(predict: "", dimensions: 3, patch: "      patch: [24, 32, 8]")
    let run = try sandbox.program.run("run", "pipeline.yaml", "--output", "run", "--until", "train")
    #expect(run.status == 0, "\(run.errors)")
    func predict(_ output: String, threads: String, _ options: [String]) throws -> Data {
      var program = sandbox.program
      program.environment["SEGMENT_THREADS"] = threads
      let outcome = try program.run(
        ["predict", "--model", "run/model.safetensors", "--input", Self.head, "--output", output] + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try sandbox.data("\(output)/head_03_probabilities.nii.gz")
    }
    var found: Set<Data> = []
    for (index, options) in [[], ["--overlap", "0"], ["--overlap", "0.8"], ["--mirror"]].enumerated() {
      let options = options + ["--probabilities", "float"]
      let one = try predict("one\(index)", threads: "1", options)
      #expect(try predict("two\(index)", threads: "2", options) == one)
      found.insert(one)
    }
    #expect(found.count == 4)
    let refused = try sandbox.program.run(
      "predict", "--model", "run/model.safetensors", "--input", Self.head, "--output", "no", "--overlap", "0.95")
    #expect(refused.status == 2 && refused.errors.contains("expected a number from 0 to 0.9"), "\(refused.errors)")
  }

  @Test("The keys of predict are part of its fingerprint; without them in a manifest they had their defaults")
  func fingerprint() throws {
    try write(predict: "")
    func run() throws -> String {
      let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.errors
    }
    _ = try run()
    let path = "run/stages/predict/manifest.json"
    var manifest = try #require(JSONSerialization.jsonObject(with: sandbox.data(path)) as? [String: Any])
    var fingerprint = try #require(manifest["fingerprint"] as? [String: Any])
    var parameters = try #require(fingerprint["parameters"] as? [String: Any])
    for key in ["overlap", "mirror", "probabilities"] { #expect(parameters.removeValue(forKey: key) != nil, "\(key)") }
    fingerprint["parameters"] = parameters
    manifest["fingerprint"] = fingerprint
    try JSONSerialization.data(withJSONObject: manifest).write(to: sandbox.url.appending(path: path))
    #expect(try run().contains("predict: up to date: skipped"))
    try write(predict: "mirror: true, probabilities: uint8")
    let changed = try run()
    #expect(changed.contains("predict.mirror false -> true") && changed.contains("train: up to date"), "\(changed)")
    #expect(sandbox.exists("run/predictions/head_03_probabilities.nii.gz") && sandbox.exists("run/summary.json"))
  }

  @Test("Probabilities beside predictions are evaluated, and are no case of their own")
  func evaluation() throws {
    try write(predict: "probabilities: uint8")
    let run = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try sandbox.program.run(
      "evaluate", "--prediction", "run/predictions", "--reference", "data/heads/labels/head_03.nii.gz", "--output", "e")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("warning") && outcome.errors.contains("over 1 case"), "\(outcome.errors)")
    let table = String(decoding: try sandbox.data("e/metrics.csv"), as: UTF8.self)
    #expect(table.contains(",AUROC,0.") && table.contains(",ECE_boundary,0."))
    #expect(sandbox.exists("e/curves.csv") && sandbox.exists("e/reliability.csv"))
  }

  @Test("What the keys of predict cannot be is refused with its place")
  func refusals() throws {
    try write(predict: "overlap: 0.95, mirror: sometimes, probabilities: int16")
    let outcome = try sandbox.program.run("validate", "pipeline.yaml")
    #expect(outcome.status == 2)
    for message in [
      "predict.overlap: expected a number from 0 to 0.9", "predict.mirror: expected true or false",
      "predict.probabilities: expected one of none, uint8, float",
    ] {
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }
}
