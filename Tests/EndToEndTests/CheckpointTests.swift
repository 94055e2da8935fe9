import Foundation
import Testing

/// What a crash leaves of a training: damaged checkpoints do not stop it, and a finished one is not done again.
@Suite(.serialized) struct CheckpointTests {
  private let sandbox: Sandbox
  private static let work = "run/stages/.train.partial"
  private static let newest = "\(work)/checkpoint.safetensors"
  private static let previous = "\(work)/checkpoint.previous.safetensors"

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 3)
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02]}
            - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 15, samples_per_epoch: all}
          """), to: "pipeline.yaml")
  }

  private func run(_ output: String) throws -> Program.Outcome {
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", output)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome
  }

  /// Runs until there are two checkpoints, and kills the run there.
  private func kill() throws {
    let (process, _, _) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "run"])
    let both = [Self.previous, Self.newest]
    while process.isRunning, !both.allSatisfy(sandbox.exists) { Thread.sleep(forTimeInterval: 0.005) }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    // The newest may be about to be replaced.
    try #require(sandbox.exists(Self.previous))
    if !sandbox.exists(Self.newest) { try sandbox.copy(Self.previous, to: Self.newest) }
  }

  private func change(_ name: String, _ body: (inout Data) -> Void) throws {
    var data = try sandbox.data(name)
    body(&data)
    try data.write(to: sandbox.url.appending(path: name))
  }

  private static let damages: [(String, @Sendable (inout Data) -> Void)] = [
    ("empty", { $0 = Data() }), ("zeros", { $0 = Data(repeating: 0, count: $0.count) }),
    ("cut off", { $0 = $0.prefix($0.count / 2) }), ("a flipped bit", { $0[$0.count - 100] ^= 4 }),
  ]

  @Test("A damaged checkpoint is replaced by the one before, with a warning", arguments: damages.indices)
  func damaged(index: Int) throws {
    _ = try run("whole")
    try kill()
    try change(Self.newest, Self.damages[index].1)
    let outcome = try run("run")
    #expect(outcome.errors.contains("checkpoint.safetensors is damaged"), "\(outcome.errors)")
    #expect(outcome.errors.contains("the previous one is used"))
    #expect(try sandbox.data("run/model.safetensors") == sandbox.data("whole/model.safetensors"))
    #expect(!sandbox.exists("run/stages/train/checkpoint.safetensors"))
    #expect(!sandbox.exists("run/stages/train/checkpoint.previous.safetensors"))
  }

  @Test("Where both are damaged the training starts from the beginning")
  func bothDamaged() throws {
    _ = try run("whole")
    try kill()
    for name in [Self.newest, Self.previous] { try change(name) { $0[$0.count / 2] ^= 1 } }
    let outcome = try run("run")
    #expect(outcome.errors.contains("the training starts over"))
    #expect(outcome.errors.contains("epoch 1:"))
    #expect(try sandbox.data("run/model.safetensors") == sandbox.data("whole/model.safetensors"))
  }

  /// Puts a finished training back to the moment before it is published.
  private func unpublish() throws {
    let stages = sandbox.url.appending(path: "run/stages")
    try FileManager.default.moveItem(
      at: stages.appending(path: "train"), to: stages.appending(path: ".train.partial"))
    let manifest = try #require(
      JSONSerialization.jsonObject(with: sandbox.data("\(Self.work)/manifest.json")) as? [String: Any])
    let order: [String: Any] = ["fingerprint": try #require(manifest["fingerprint"]), "isForced": false]
    try JSONSerialization.data(withJSONObject: order).write(
      to: sandbox.url.appending(path: "\(Self.work)/fingerprint.json"))
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "\(Self.work)/manifest.json"))
  }

  @Test("A finished training that was not published yet is not done again")
  func finished() throws {
    _ = try run("run")
    let model = try sandbox.data("run/model.safetensors")
    try unpublish()
    let outcome = try run("run")
    #expect(outcome.errors.contains("train: the training is complete: its model is kept"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("epoch 1:"))
    #expect(try sandbox.data("run/model.safetensors") == model)
    #expect(sandbox.exists("run/progress.csv"))
  }

  @Test("A lost or changed table of a finished training is a warning, and its model stays")
  func lostTable() throws {
    _ = try run("run")
    let model = try sandbox.data("run/model.safetensors")
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "run/stages/train/progress.png"))
    try change("run/stages/train/progress.csv") { $0 += Data("mine\n".utf8) }
    let outcome = try run("run")
    #expect(outcome.errors.contains("train: up to date: skipped"), "\(outcome.errors)")
    for text in ["output progress.csv was modified", "output progress.png is missing", "use --force train"] {
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
    #expect(try sandbox.data("run/model.safetensors") == model)
  }

  @Test("A damaged model of a finished training is trained again")
  func finishedAndDamaged() throws {
    _ = try run("run")
    let model = try sandbox.data("run/model.safetensors")
    try unpublish()
    try change("\(Self.work)/model.safetensors") { $0 = $0.prefix(1000) }
    let outcome = try run("run")
    #expect(outcome.errors.contains("model.safetensors of the interrupted run is damaged"))
    #expect(try sandbox.data("run/model.safetensors") == model)
  }
}

/// Other names of keys and values make no stage run again.
@Suite struct AliasRunTests {
  @Test("slice_axis, batch and optimiser by the words of the field leave every stage up to date")
  func upToDate() throws {
    let sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 2)
    func pipeline(_ train: String, load: String) -> String {
      TestPipeline.heads(
        load: "      \(load)",
        stages: """
            - split: {train: [head_00], validation: [head_01]}
            - train: {epochs: 1, samples_per_epoch: all, \(train)}
          """)
    }
    try sandbox.write(
      pipeline(
        "network: {base_channels: 2, depth: 1, slice_axis: superior}, batch: 8, optimiser: {learning_rate: 0.01}",
        load: "normalisation: z_score"), to: "old.yaml")
    try sandbox.write(
      pipeline(
        "network: {base_channels: 2, depth: 1, slice_axis: axial}, batch_size: 8, optimizer: {learning_rate: 0.01}",
        load: "normalization: zscore"), to: "new.yaml")
    let first = try sandbox.program.run("run", "old.yaml", "--output", "run")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains(", axial slices"))
    let resolved = try sandbox.data("run/resolved.yaml")
    let second = try sandbox.program.run("run", "new.yaml", "--output", "run")
    for stage in ["load", "split", "train"] {
      #expect(second.errors.contains("\(stage): up to date: skipped"), "\(second.errors)")
    }
    #expect(try sandbox.data("run/resolved.yaml") == resolved)
    // The command line goes before the file, under whichever name.
    let third = try sandbox.program.run(
      "run", "new.yaml", "--output", "run", "--dry-run", "--set", "train.optimiser.learning_rate=0.02")
    #expect(third.errors.contains("train.optimiser.learning_rate 0.01 -> 0.02"), "\(third.errors)")
  }
}
