import Foundation
import Testing

/// Trainings and predictions of 3-D networks.
@Suite(.serialized) struct VolumeTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4, membranes: 4)
  }

  private func write(_ train: String, augment: String = "") throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
          \(augment)
            - train: {\(train)}
            - predict:
            - evaluate:
          """), to: "pipeline.yaml")
  }

  private static let small = "network: {dimensions: 3, base_channels: 2, depth: 2}, epochs: 2, samples_per_epoch: 4"

  @Test("Patches of volumes train and predict the same bits with one thread and with two")
  func patches() throws {
    try write(Self.small + ", patch: [24, 32, 8]", augment: "  - augment: {preset: standard}")
    for threads in ["1", "2"] {
      var program = sandbox.program
      program.environment["SEGMENT_THREADS"] = threads
      let outcome = try program.run("run", "pipeline.yaml", "--output", "run\(threads)")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("patches of volumes") && outcome.errors.contains("8x32x24 voxels"))
    }
    for file in ["model.safetensors", "predictions/head_03.nii.gz", "summary.json"] {
      #expect(try sandbox.data("run1/\(file)") == sandbox.data("run2/\(file)"), "\(file)")
    }
  }

  @Test("A small volume is seen as a whole, and the card has the kernels and poolings that suit its spacing")
  func wholeVolumes() throws {
    try write(Self.small)
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 0 && outcome.errors.contains("whole volumes"), "\(outcome.errors)")
    let info = try sandbox.program.run("info", "run/model.safetensors").output
    #expect(info.contains("3-D") && info.contains("pooling [2, 2, 1]"), "\(info)")
  }

  @Test("A patch by name is that along the axes of the body")
  func named() throws {
    try write(Self.small + ", patch: {width: 24, height: 32, depth: 8}")
    let named = try sandbox.program.run("run", "pipeline.yaml", "--output", "named", "--until", "train")
    #expect(named.status == 0, "\(named.errors)")
    try write(Self.small + ", patch: [24, 32, 8]")
    let listed = try sandbox.program.run("run", "pipeline.yaml", "--output", "listed", "--until", "train")
    #expect(listed.status == 0, "\(listed.errors)")
    #expect(try sandbox.data("named/model.safetensors") == sandbox.data("listed/model.safetensors"))
  }

  @Test("A 2-D network that sees neighbouring slices trains, predicts and is fine-tuned; planes have none")
  func sliceContext() throws {
    let keys = "network: {slice_context: 1, base_channels: 2, depth: 2}, epochs: 1, samples_per_epoch: 8"
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
            - augment: {preset: standard}
            - train: {\(keys)}
            - fine-tune: {epochs: 1, samples_per_epoch: 8}
            - predict: {from: {model: fine-tune}}
            - evaluate:
          """), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 0 && outcome.errors.contains("axial slices with 1 on either side"), "\(outcome.errors)")
    let info = try sandbox.program.run("info", "run/model.safetensors").output
    #expect(info.contains("1 channel") && info.contains("with 1 on either side as channels"), "\(info)")
    let image = "data/heads/images/head_03.nii.gz"
    let predicted = try sandbox.program.run(
      "predict", "--model", "run/model.safetensors", "--input", image, "--output", "predicted")
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try sandbox.data("predicted/head_03.nii.gz") == sandbox.data("run/predictions/head_03.nii.gz"))
    try sandbox.write(
      TestPipeline.membranes(
        stages: """
            - split: {train: 0.5, validation: 0.25, test: 0.25}
            - train: {\(keys)}
          """), to: "planes.yaml")
    let planes = try sandbox.program.run("run", "planes.yaml", "--output", "planes")
    #expect(
      planes.status == 3 && planes.errors.contains("sees slices with their neighbours (slice_context)"),
      "\(planes.errors)")
    try write("network: {dimensions: 3, slice_context: 1}")
    let volumes = try sandbox.program.run("run", "pipeline.yaml", "--output", "volumes")
    #expect(volumes.status == 2 && volumes.errors.contains("train.network.slice_context"), "\(volumes.errors)")
  }

  @Test(
    "A training of volumes that is killed again and again ends with the same bits",
    arguments: [small + ", patch: [24, 32, 8]", "network: {slice_context: 1, base_channels: 2, depth: 2}, epochs: 2"])
  func killed(train: String) throws {
    try write(
      train.replacing("epochs: 2", with: "epochs: 8") + ", weight_averaging: 0.9",
      augment: "  - augment: {preset: standard}")
    let straight = try sandbox.program.run("run", "pipeline.yaml", "--output", "straight", "--until", "train")
    #expect(straight.status == 0, "\(straight.errors)")
    var kills = 0
    for delay in [0.4, 0.6, 0.8, 1.0] {
      let (process, _, _) = try sandbox.program.start([
        "run", "pipeline.yaml", "--output", "killed", "--until", "train",
      ])
      Thread.sleep(forTimeInterval: delay)
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
    }
    let last = try sandbox.program.run("run", "pipeline.yaml", "--output", "killed", "--until", "train")
    #expect(last.status == 0 && kills > 0, "\(last.errors)")
    #expect(try sandbox.data("killed/model.safetensors") == sandbox.data("straight/model.safetensors"))
  }

  @Test("AVX2 and AVX-512 train the same bits", .enabled(if: Sandbox.hasBothVectorWidths))
  func vectorWidths() throws {
    try write(Self.small + ", patch: [24, 32, 8]")
    for kernel in ["avx2", "avx512"] {
      var program = sandbox.program
      program.environment["SEGMENT_KERNEL"] = kernel
      let outcome = try program.run("run", "pipeline.yaml", "--output", kernel, "--until", "train")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try sandbox.data("avx2/model.safetensors") == sandbox.data("avx512/model.safetensors"))
  }

  @Test("What a 3-D network cannot be given is refused")
  func refusals() throws {
    for (keys, message) in [
      ("patch: [24, 32]", "train.patch: expected a list of 3"),
      ("patch: {width: 24, height: 32}", "train.patch.depth: expected a whole number, in a network with dimensions: 3"),
      ("patch: [24, 32, 400]", "patch: expected at most the size of the largest training volumes"),
      ("foreground: 1.5", "train.foreground: expected a number from 0 to 1"),
      (
        "patch: [4, 4, 4]",
        "train: a network with dimensions: 3 halves axes of at least 8 voxels, but the patch has 4x4x4"
      ),
    ] {
      try write(Self.small + ", " + keys)
      let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run", "--until", "train")
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(keys): \(outcome.errors)")
    }
    try sandbox.write(
      TestPipeline.membranes(
        stages: """
            - split: {train: 0.5, validation: 0.25, test: 0.25}
            - train: {\(Self.small)}
          """), to: "planes.yaml")
    let planes = try sandbox.program.run("run", "planes.yaml", "--output", "planes")
    #expect(planes.status == 3 && planes.errors.contains("one voxel thick"), "\(planes.errors)")
  }

  @Test("A 3-D model is fine-tuned with its own patch and the defaults of 3-D, and refuses planes")
  func fineTuned() throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
            - train: {\(Self.small), patch: [24, 32, 8]}
            - fine-tune: {reinitialise: none, steps: 2}
          """), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("fine-tune: 500 samples per epoch (1 channel, 8x32x24 voxels"), "\(outcome.errors)")
    let planes = try sandbox.program.run(
      "predict", "--model", "run/model.safetensors", "--input", "data/membranes/images/membrane_00.png", "--output", "p"
    )
    #expect(planes.status == 3 && planes.errors.contains("an image one voxel thick"), "\(planes.errors)")
  }
}
