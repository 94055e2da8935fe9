import Foundation
import Testing

/// How trainings end before their last epoch, and what they leave.
@Suite(.serialized) struct TrainingEndTests {
  private let sandbox: Sandbox
  private static let unfinished = "run/stages/.train.partial/best-so-far.safetensors"

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
  }

  private func arguments(_ settings: String..., output: String = "run") -> [String] {
    ["run", "pipeline.yaml", "--output", output, "--until", "train"] + settings.flatMap { ["--set", "train.\($0)"] }
  }

  @Test("A stopped training leaves its best weights as a model, goes on, and ends as if it had not been stopped")
  func stopped() throws {
    let arguments = arguments("epochs=30")
    let (process, _, errors) = try sandbox.program.start(arguments)
    let progress = sandbox.url.appending(path: "run/stages/.train.partial/progress.csv")
    while process.isRunning, !FileManager.default.fileExists(atPath: progress.path) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.terminate()
    process.waitUntilExit()
    let printed = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(printed)")
    let line = printed.split(separator: "\n").first { $0.contains("best-so-far.safetensors") }
    #expect(line?.contains("the weights of the best epoch") == true, "\(printed)")
    let prediction = try sandbox.program.run(
      "predict", "--model", Self.unfinished, "--input", "data/heads/images/head_03.nii.gz", "--output", "out")
    #expect(prediction.status == 0, "\(prediction.errors)")
    #expect(!sandbox.exists("run/model.safetensors"))

    let resumed = try sandbox.program.run(arguments)
    #expect(resumed.status == 0 && resumed.errors.contains("train: resumes"), "\(resumed.errors)")
    #expect(try sandbox.names(in: "run/stages/train").filter { $0.hasSuffix("safetensors") } == ["model.safetensors"])
    let whole = try sandbox.program.run(self.arguments("epochs=30", output: "whole"))
    #expect(whole.status == 0)
    #expect(try sandbox.data("run/model.safetensors") == sandbox.data("whole/model.safetensors"))
  }

  @Test("A training that diverges names the case, leaves its best weights as a model, and needs the same command again")
  func diverged() throws {
    let image = "data/heads/images/head_01.nii.gz"
    try sandbox.program.run("convert", image, "extreme.nii", "--datatype", "float32")
    var bytes = try sandbox.data("extreme.nii")
    let extreme = withUnsafeBytes(of: Float(3e38)) { Data($0) }
    bytes.replaceSubrange(
      352..., with: (0..<(bytes.count - 352) / 4).reduce(into: Data()) { data, _ in data += extreme })
    try bytes.write(to: sandbox.url.appending(path: "extreme.nii"))
    #expect(try sandbox.program.run("convert", "extreme.nii", image, "--overwrite").status == 0)
    let pipeline = TestPipeline.heads(
      load: "      normalisation: none",
      stages: """
          - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
          - train: {network: {base_channels: 2, depth: 1}, batch: 1, epochs: 60, samples_per_epoch: 1}
        """)
    // With this seed the first epoch is of the other case.
    try sandbox.write(pipeline.replacing("seed: 3", with: "seed: 10"), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("the training loss of head_01 is NaN or infinite"), "\(outcome.errors)")
    #expect(outcome.errors.contains("the training failed; the weights of the best epoch"), "\(outcome.errors)")
    #expect(try sandbox.program.run("info", Self.unfinished).status == 0)
  }

  @Test("A warm-up that is longer than the epochs that the steps take is an error of the pipeline file")
  func warmUp() throws {
    let outcome = try sandbox.program.run(
      arguments("steps=4", "epochs=null", "schedule={kind: cosine, warm_up: 3}"))
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("schedule.warm_up: expected fewer epochs than the training has (1), found 3"),
      "\(outcome.errors)")
  }

  @Test(
    "An epoch whose length is automatic has at least fifty full batches, and the run's file says that it is automatic")
  func automaticEpochs() throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01]}
            - train: {network: {base_channels: 2, depth: 1}, batch: 4, epochs: 1}
          """), to: "short.yaml")
    let outcome = try sandbox.program.run("run", "short.yaml", "--output", "short")
    #expect(outcome.status == 0 && outcome.errors.contains("train: 200 samples per epoch"), "\(outcome.errors)")
    let resolved = String(decoding: try sandbox.data("short/resolved.yaml"), as: UTF8.self)
    #expect(resolved.contains("samples_per_epoch: automatic\n"))
    let other = try sandbox.program.run(
      "run", "short.yaml", "--output", "short", "--set", "train.samples_per_epoch=all")
    #expect(other.errors.contains(#"train.samples_per_epoch "automatic" -> "all""#), "\(other.errors)")
  }

  @Test("A training that its minutes end says its steps, by which it can be repeated to the byte")
  func minutes() throws {
    let timed = try sandbox.program.run(arguments("minutes=0.01", "epochs=5000"))
    #expect(timed.status == 0, "\(timed.errors)")
    let message = try #require(timed.errors.firstMatch(of: #/replace 'minutes' by 'steps: (\d+)' and 'epochs: 5000'/#))
    let steps = String(message.output.1)
    let info = try sandbox.program.run("info", "run/model.safetensors")
    #expect(info.output.contains("ended after \(steps) step"), "\(info.output)")
    let repeated = try sandbox.program.run(arguments("steps=\(steps)", "epochs=5000", output: "repeated"))
    #expect(repeated.status == 0, "\(repeated.errors)")
    #expect(try sandbox.data("run/model.safetensors") == sandbox.data("repeated/model.safetensors"))
  }
}
