import Foundation
import Testing

/// From images without labels to a segmentation, as a user does it.
@Suite struct PretrainingTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func pipeline(_ pretrain: String, fineTune: String = "cut: head") -> String {
    """
    name: learning
    stages:
      - load: {name: images, images: data/heads/images/*.nii.gz}
      - pretrain: {network: {base_channels: 4, depth: 2}, batch: 4, epochs: 2, samples_per_epoch: 12, \(pretrain)}
      - load:
          images: data/heads/images/*.nii.gz
          labels: data/heads/labels/{case}.nii.gz
          classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
      - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
      - fine-tune: {batch: 4, epochs: 3, samples_per_epoch: 12, from: {model: pretrain}, \(fineTune)}
      - predict
      - evaluate: {metrics: [Dice]}
    """
  }

  @Test(
    "Images alone give a start for every cut; what was loaded is in transfer.csv, reconstructions are drawn",
    arguments: [
      ("task: masked", "whole", "reconstructions.png"), ("task: denoising", "head", "reconstructions.png"),
      ("task: autoencoder, bottleneck: 4", "encoder", "reconstructions.png"),
      ("task: relative_patches, patch: [16, 16]", "encoder.1", nil),
    ])
  func tasks(_ task: String, _ cut: String, _ picture: String?) throws {
    let isWhole = cut == "whole"
    try sandbox.write(pipeline(task, fineTune: "cut: \(isWhole ? "head" : cut)"), to: "learning.yaml")
    let outcome = try sandbox.program.run("run", "learning.yaml", "--output", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(sandbox.exists("run/stages/pretrain/reconstructions.png") == (picture != nil))
    let table = try String(decoding: sandbox.data("run/transfer.csv"), as: UTF8.self)
    #expect(table.contains("encoder.0.convolution1.weight,1x3x3x1x4,loaded,"), "\(table)")
    #expect(table.contains("head.convolution.weight,1x1x1x4x4,initialised,"), "\(table)")
    #expect(outcome.errors.contains("fine-tune: before the first step: validation Dice"), "\(outcome.errors)")
    #expect(outcome.errors.contains("before the first step, "), "\(outcome.errors)")
  }

  @Test("A pre-training and a fine-tuning with thaws that are killed again and again end with the same bits")
  func killed() throws {
    let text = pipeline(
      "task: masked", fineTune: "cut: head, unfreeze: [2, 3], part_1_rate: 0.5, rate_decay: 0.8"
    ).replacing(
      "epochs: 3, samples_per_epoch: 12, from", with: "epochs: 4, samples_per_epoch: 12, from")
    try sandbox.write(text, to: "learning.yaml")
    let whole = try sandbox.program.run("run", "learning.yaml", "--output", "whole")
    #expect(whole.status == 0, "\(whole.errors)")
    for delay in [0.3, 0.5, 0.6, 0.7, 0.8, 0.9] {
      let (process, _, _) = try sandbox.program.start(["run", "learning.yaml", "--output", "killed"])
      Thread.sleep(forTimeInterval: delay)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
    #expect(try sandbox.program.run("run", "learning.yaml", "--output", "killed").status == 0)
    for name in ["stages/pretrain/model.safetensors", "model.safetensors", "summary.json", "transfer.csv"] {
      #expect(try sandbox.data("killed/\(name)") == sandbox.data("whole/\(name)"), "\(name) differs")
    }
  }

  @Test(
    "Mistakes are refused before any work",
    arguments: [
      ("task: relative_patches", "cut: head", "pretrain.patch: expected the size of a patch"),
      ("task: masked, loss: soft_dice", "cut: head", "unknown key \"loss\""),
      ("task: masked", "cut: encoder.3", "cut: the network has no block 'encoder.3'; expected one of whole, head"),
      ("task: masked", "cut: bottom", "fine-tune.cut: expected whole, head, encoder, or the last block of part 1"),
      ("task: masked", "cut: head, unfreeze: [3, 2]", "fine-tune.unfreeze: expected epochs in increasing order"),
      ("task: masked", "cut: encoder.0, unfreeze: [2, 3]", "unfreeze: 2 epochs for 1 blocks of part 1 (encoder.0)"),
      ("task: masked", "cut: head, unfreeze: [9]", "fine-tune.unfreeze: expected epochs of the training, at most 3"),
      ("task: masked", "cut: whole", "cut: whole keeps the head of the model, which does not segment"),
      ("task: masked", "cut: head, trainable: part_2, rate_decay: 0.5", "expected none with trainable: part_2"),
    ])
  func mistakes(_ pretrain: String, _ fineTune: String, _ message: String) throws {
    try sandbox.write(pipeline(pretrain, fineTune: fineTune), to: "learning.yaml")
    let outcome = try sandbox.program.run("run", "learning.yaml", "--output", "run")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!sandbox.exists("run/stages/pretrain"))
  }

  @Test("Pre-trained weights segment nothing, and patches that do not fit into the scans are refused")
  func useless() throws {
    try sandbox.write(pipeline("task: masked"), to: "learning.yaml")
    try #require(sandbox.program.run("run", "learning.yaml", "--output", "run", "--until", "pretrain").status == 0)
    let predicted = try sandbox.program.run(
      "predict", "--model", "run/model.safetensors", "--input", "data/heads/images", "--output", "labels")
    #expect(predicted.status == 3 && predicted.errors.contains("pre-trained weights, which segment nothing yet"))
    try sandbox.write(pipeline("task: relative_patches, patch: [40, 40]"), to: "large.yaml")
    let large = try sandbox.program.run("run", "large.yaml", "--output", "large")
    #expect(large.status == 2 && large.errors.contains("two patches of 40x40"), "\(large.errors)")
  }

  @Test("A head on frozen features learns with features computed once, and a graft gives the old head back")
  func frozenHead() throws {
    let yaml = """
      name: frozen
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 4, epochs: 2}
        - predict: {name: before}
        - evaluate: {name: before-scores, metrics: [Dice]}
        - load:
            name: binary
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, anything: [1, 2, 3]}
        - fine-tune: {from: {dataset: binary, model: train}, trainable: part_2, batch: 4, epochs: 3}
        - fine-tune: {name: whole, from: {dataset: binary, model: train}, batch: 4, epochs: 1}
        - graft: {from: {model: [whole, train]}}
        - predict: {name: after, from: {dataset: load, model: graft}}
        - evaluate: {name: after-scores, metrics: [Dice], from: {dataset: load, predictions: after}}
        - compare: {from: {metrics: [before-scores, after-scores]}, metrics: [Dice]}
      """
    try sandbox.write(yaml, to: "frozen.yaml")
    let outcome = try sandbox.program.run("run", "frozen.yaml", "--output", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("fine-tune: nothing is augmented: what the frozen part makes of the"))
    #expect(!outcome.errors.contains("whole: nothing is augmented"))
    // The losses of the last epoch are lower than those of the first.
    let rows = try String(decoding: sandbox.data("run/stages/fine-tune/progress.csv"), as: UTF8.self).split(
      separator: "\n")
    let losses = rows.dropFirst().compactMap { Double($0.split(separator: ",", omittingEmptySubsequences: false)[1]) }
    #expect(losses.count == 3 && losses[2] < losses[0], "\(losses)")
    #expect(sandbox.exists("run/comparison.csv"))
    let other = yaml.replacing(
      "base_channels: 4, depth: 2}", with: "base_channels: 4, depth: 2, activation: leaky_relu}"
    )
    .replacing(
      "- graft: {from: {model: [whole, train]}}",
      with:
        "- train: {name: relu, network: {base_channels: 4, depth: 2}, from: {dataset: load}, batch: 4, epochs: 1}\n  - graft: {from: {model: [whole, relu]}}"
    )
    try sandbox.write(other, to: "other.yaml")
    let mixed = try sandbox.program.run("run", "other.yaml", "--output", "other")
    #expect(mixed.status == 2 && mixed.errors.contains("cannot be joined: their network"), "\(mixed.errors)")
    try sandbox.write(yaml.replacing("[whole, train]", with: "[whole]"), to: "one.yaml")
    let one = try sandbox.program.run("validate", "one.yaml")
    #expect(one.status == 2 && one.errors.contains("graft: expected two models"), "\(one.errors)")
  }

  @Test("A model of other channels needs a rule, and a 2-D model starts a 3-D network by inflation")
  func shapes() throws {
    try sandbox.write(
      pipeline("task: masked", fineTune: "cut: head, network: {dimensions: 3, depth: 1}, patch: [16, 16, 8]"),
      to: "learning.yaml")
    let inflated = try sandbox.program.run("run", "learning.yaml", "--output", "run")
    #expect(inflated.status == 0, "\(inflated.errors)")
    let table = try String(decoding: sandbox.data("run/transfer.csv"), as: UTF8.self)
    #expect(table.contains(",inflated,\"2-D kernel, centre of depth 3\"") || table.contains(",loaded,"), "\(table)")
    let context = pipeline("task: masked").replacing("cut: head", with: "cut: head, channels: average")
    try sandbox.write(context, to: "context.yaml")
    #expect(try sandbox.program.run("run", "context.yaml", "--output", "context").status == 0)
  }
}
