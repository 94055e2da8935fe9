import Foundation
import Networks
import Testing

/// What pipeline files say of losses, and voxels without a class.
@Suite struct LossTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func validate(loss: String) throws -> Program.Outcome {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
            - train:
                loss: \(loss)
          """), to: "pipeline.yaml")
    return try sandbox.program.run("validate", "pipeline.yaml")
  }

  @Test("Losses that cannot be are refused with their place, all at once")
  func refusals() throws {
    for (loss, messages) in [
      ("dice", ["12:13: train.loss: expected one of cross_entropy, "]),
      ("[]", ["or a list of 1 to 8 of these, found a list of 0"]),
      (
        "[{kind: focal, gamma: -1}, {kind: tversky, alpha: 0, beta: 0, weight: 0}, {kind: soft_dice, over: slice}]",
        [
          "12:35: train.loss[0].gamma: expected a number from 0 to 10, found -1",
          "train.loss[1].alpha: expected alpha + beta of at least 0.001, found 0.0 + 0.0",
          "train.loss[1].weight: expected a number from 1e-06 to 1000000, found 0",
          "train.loss[2].over: expected one of batch, sample",
        ]
      ),
      ("{kind: focal, class_weights: {lesion: -1}}", ["train.loss.class_weights: expected a number from 0 to 1000000"]),
      ("{kind: focal, class_weights: [0, 0, 0, 0]}", ["train.loss.class_weights: expected a weight above 0"]),
      (
        "{kind: focal, class_weights: [1, .inf, 1, 1]}",
        ["train.loss.class_weights: expected a number from 0 to 1000000"]
      ),
      ("{kind: focal, class_weights: {lesion: 1e-60}}", ["and none below 1e-06 but 0"]),
      ("{kind: focal, class_weights: {}}", ["train.loss.class_weights: expected a weight above 0"]),
      ("{kind: focal, class_weights: inverse}", ["one of inverse_frequency, median_frequency"]),
      (
        "[{kind: focal, class_weights: {lession: 2, x: 1}}, {kind: cross_entropy, class_weights: [1, 2]}]",
        [
          "pipeline.yaml:12:43: train: 'class_weights' names 'lession', 'x', which are no classes; expected names among "
            + "'background', 'ventricles', 'nuclei', 'lesion'",
          "pipeline.yaml:12:101: train: 'class_weights' has 2 numbers; expected 4",
        ]
      ),
      (
        "{kind: cross_entropy, class_weights: {background: 0, ventricles: 0, nuclei: 0, lesion: 0}}",
        ["train: 'class_weights' is 0 for every class"]
      ),
      ("{kind: cross_entropy, border_sigma: 3}", ["train.loss.border_sigma: expected a border_weight above 0"]),
      ("{kind: soft_dice, class_weights: {lesion: 2}}", [#"train.loss: unknown key "class_weights""#]),
    ] {
      let outcome = try validate(loss: loss)
      #expect(outcome.status == 2, "\(loss)")
      for message in messages { #expect(outcome.errors.contains(message), "\(loss): \(outcome.errors)") }
    }
    let good = try validate(
      loss: "[{kind: focal, class_weights: {lesion: 2}}, {kind: cross_entropy, class_weights: median_frequency}]")
    #expect(good.status == 0, "\(good.errors)")
  }

  @Test(
    "Voxels of nnU-Net's label `ignore` count in no loss and no metric",
    arguments: Losses.with(.classes).map { $0.name })
  func ignored(loss: String) throws {
    try sandbox.makeNNUNet()
    let folder = "Dataset001_Heads"
    try sandbox.write(
      """
      {"channel_names": {"0": "T1", "1": "FLAIR"}, "file_ending": ".nii.gz", "numTraining": 4,
       "labels": {"background": 0, "ventricles": 1, "nuclei": 2, "ignore": 3}}
      """, to: "\(folder)/dataset.json")
    try sandbox.write(
      """
      name: ignoring
      stages:
        - load: {dataset: \(folder)}
        - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
        - train: {network: {base_channels: 2, depth: 1}, epochs: 1, loss: \(loss)}
        - predict:
        - evaluate:
      """, to: "ignoring.yaml")
    let outcome = try sandbox.program.run("run", "ignoring.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let dataset = try #require(
      JSONSerialization.jsonObject(with: sandbox.data("runs/ignoring/stages/load/dataset.json")) as? [String: Any])
    let cases = try #require(dataset["cases"] as? [[String: Any]])
    let test = try #require(cases.first { $0["id"] as? String == "head_03" })
    let voxels = try #require(test["voxels"] as? [Int])
    let size = try #require((test["size"] ?? test["grid"]) as? [Int]).reduce(1, *)
    let counted = voxels.reduce(0, +)
    #expect(voxels.count == 3 && counted < size)
    let summary = try #require(
      JSONSerialization.jsonObject(with: sandbox.data("runs/ignoring/summary.json")) as? [String: Any])
    let metrics = try #require((summary["metric_per_case"] as? [[String: Any]])?.first?["metrics"] as? [String: Any])
    #expect(metrics.keys.sorted() == ["1", "2"])
    for case let numbers as [String: Any] in metrics.values {
      let sum = ["TP", "FP", "FN", "TN"].compactMap { numbers[$0] as? Int }.reduce(0, +)
      #expect(sum == counted)
    }
  }
}
