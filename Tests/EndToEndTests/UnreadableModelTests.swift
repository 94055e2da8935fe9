import Foundation
import Networks
import Testing

/// A path that is no file is wrong usage (exit code 2), a file that is no intact model invalid data (exit code 3); both are
/// found before any scan is read.
@Suite struct UnreadableModelTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 1)
  }

  private func refusal(_ model: String, status: Int32 = 3) throws -> String {
    let outcome = try sandbox.program.run(
      "predict", "--model", model, "--input", "data/heads/images", "--output", "labels")
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(!outcome.errors.contains("NSCocoaErrorDomain"))
    #expect(!sandbox.exists("labels/head_00.nii.gz"))
    return outcome.errors
  }

  @Test("A folder, a pipe and an empty file are no models")
  func paths() throws {
    #expect(try refusal("data", status: 2).contains("data: cannot read the model file: it is a folder"))
    try #require(mkfifo(sandbox.url.appending(path: "pipe.safetensors").path, 0o600) == 0)
    #expect(try refusal("pipe.safetensors", status: 2).contains("a device, a pipe or a socket"))
    #expect(try refusal("missing.safetensors", status: 2).contains("No such file or directory"))
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.url.appending(path: "moved.safetensors").path,
      withDestinationPath: "stages/train/model.safetensors")
    #expect(
      try refusal("moved.safetensors", status: 2).contains(
        "moved.safetensors: cannot read the model file: it is a link to stages/train/model.safetensors, which does not exist"
      ))
    try sandbox.write("", to: "empty.safetensors")
    #expect(try refusal("empty.safetensors").contains("damaged model file"))
  }

  @Test("A weight that is not a number is named, and a card with an impossible number too")
  func content() throws {
    let golden = Program.checkout.appending(path: "Tests/Golden/models/axial.safetensors")
    var file = try WeightFile(contentsOf: golden)
    file.arrays["head.convolution.bias"]?.values[1] = .nan
    try file.encoded().write(to: sandbox.url.appending(path: "nan.safetensors"))
    #expect(try refusal("nan.safetensors").contains("parameter head.convolution.bias has the value nan at index 1"))

    file = try WeightFile(contentsOf: golden)
    let card = try #require(file.metadata["segment"])
    file.metadata["segment"] = card.replacing("\"width\":64", with: "\"width\":9223372036854775807")
    try #require(file.metadata["segment"] != card)
    try file.encoded().write(to: sandbox.url.appending(path: "wide.safetensors"))
    #expect(try refusal("wide.safetensors").contains("window.width: expected 1 to 65536, found 9223372036854775807"))
  }

  @Test("Fine-tuning from a model with a weight that is not a number ends before any work")
  func fineTuning() throws {
    var file = try WeightFile(contentsOf: Program.checkout.appending(path: "Tests/Golden/models/axial.safetensors"))
    file.arrays["encoder.0.convolution1.weight"]?.values[0] = -.infinity
    try file.encoded().write(to: sandbox.url.appending(path: "infinite.safetensors"))
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00]}
            - fine-tune: {weights: infinite.safetensors, epochs: 1}
          """), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("parameter encoder.0.convolution1.weight has the value -inf at index 0"))
    #expect(!sandbox.exists("run/stages/load"))
  }
}
