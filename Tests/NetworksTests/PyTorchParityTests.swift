import CKernels
import Foundation
import Networks
import TestSupport
import Testing

/// Against what PyTorch computes in double precision; see Tests/Golden/networks/make.py.
@Suite struct PyTorchParityTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let unet: UNetConfiguration
    var testDescription: String { name }

    static let all = [
      Golden(
        name: "unet-2d",
        unet: UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 4, depth: 2)),
      Golden(
        name: "unet-3d",
        unet: UNetConfiguration(dimensions: 3, inputChannels: 2, classes: 3, baseChannels: 2, depth: 1)),
      // Of so many channels that Winograd's convolutions are used.
      Golden(
        name: "unet-2d-wide",
        unet: UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 3, baseChannels: 8, depth: 1)),
      Golden(
        name: "unet-3d-wide",
        unet: UNetConfiguration(dimensions: 3, inputChannels: 1, classes: 2, baseChannels: 8, depth: 1)),
      Golden(
        name: "unet-2d-batch",
        unet: UNetConfiguration(
          dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 3, depth: 1, normalisation: .batch)),
      Golden(
        name: "unet-2d-none",
        unet: UNetConfiguration(
          dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 3, depth: 1, normalisation: .none)),
    ]
  }

  /// A golden file's numbers, and a network made of them.
  private final class Replay {
    let file: WeightFile
    let network: Network
    let weights: ParameterBuffer
    let gradients: ParameterBuffer
    let execution: Execution
    private let targets: TargetBuffer
    private let loss: any Loss

    init(_ golden: Golden) throws {
      let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/networks/\(golden.name).safetensors")
      file = try WeightFile(contentsOf: url)
      network = try golden.unet.network()
      weights = ParameterBuffer(network.layout)
      gradients = ParameterBuffer(network.layout)
      // Running statistics begin as they do in a training, and are not in the file.
      network.initialise(weights, seed: 1, stage: "parity")
      for entry in network.layout.entries where entry.parameter.isLearnt {
        let values = try #require(file.arrays["weights/\(entry.parameter.name)"]).values
        for (index, value) in values.enumerated() { weights[entry][index] = value }
      }
      let input = try #require(file.arrays["input"])
      let s = input.shape
      execution = try Execution(
        network, parameters: weights,
        input: Shape(batch: s[0], channels: s[1], extent: Extent(depth: s[2], height: s[3], width: s[4])),
        purpose: .training(gradients: gradients, isTrainable: { _ in true }))
      let labels = try #require(file.arrays["labels"]).values.map { UInt8($0) }
      targets = TargetBuffer(classes: labels)
      loss = CrossEntropyConfiguration().loss(of: execution.output.shape)
    }

    /// Writes the file's input, channels last.
    func fill(_ tensor: Tensor) {
      let (pixels, channels) = (tensor.shape.extent.count, tensor.shape.channels)
      for (index, value) in file.arrays["input"]!.values.enumerated() {
        let (image, channel, pixel) = (index / pixels / channels, index / pixels % channels, index % pixels)
        tensor.values[(image * pixels + pixel) * channels + channel] = value
      }
    }

    /// Forward, loss and backward; returns the loss, and the logits channels first.
    func run() throws -> (loss: Double, logits: [Float]) {
      fill(execution.input)
      execution.forward()
      let sum = loss(output: execution.output, target: targets.all, gradient: execution.outputGradient, workers: 2)
      let logits = PyTorchParityTests.channelsFirst(execution.output)
      execution.backward()
      return (try #require(sum.mean), logits)
    }
  }

  private static func channelsFirst(_ tensor: Tensor) -> [Float] {
    let (pixels, channels) = (tensor.shape.extent.count, tensor.shape.channels)
    return tensor.values.indices.map { index in
      let (image, channel, pixel) = (index / pixels / channels, index / pixels % channels, index % pixels)
      return tensor.values[(image * pixels + pixel) * channels + channel]
    }
  }

  /// Every parameter of the file's group, which holds no running statistics but where they were trained.
  private func expect(
    _ found: ParameterBuffer, toBe group: String, of replay: Replay, within tolerance: Tolerance
  ) throws {
    for entry in replay.network.layout.entries where entry.parameter.isLearnt || group == "trained" {
      let expected = try #require(replay.file.arrays["\(group)/\(entry.parameter.name)"]).values
      let deviation = tolerance.deviation(of: Array(found[entry]), from: expected)
      #expect(deviation == nil, "\(entry.parameter.name)")
    }
  }

  @Test("logits, loss and every gradient agree", arguments: Golden.all)
  func onePassAgrees(_ golden: Golden) throws {
    let replay = try Replay(golden)
    let (loss, logits) = try replay.run()
    #expect(Tolerance.kernel.deviation(of: logits, from: try #require(replay.file.arrays["logits"]).values) == nil)
    #expect(Tolerance.kernel.deviation(of: [loss], from: try #require(replay.file.arrays["loss"]).values) == nil)
    try expect(replay.gradients, toBe: "gradients", of: replay, within: .sum)
  }

  @Test("weights of five steps of stochastic gradient descent agree", arguments: Golden.all)
  func descentAgrees(_ golden: Golden) throws {
    let replay = try Replay(golden)
    for _ in 1...5 {
      _ = try replay.run()
      for entry in replay.network.layout.entries where entry.parameter.isLearnt {
        for index in replay.weights[entry].indices {
          replay.weights[entry][index] -= 0.1 * replay.gradients[entry][index]
        }
      }
    }
    try expect(replay.weights, toBe: "descended", of: replay, within: .descent)
  }

  @Test("weights of five steps of Adam agree", arguments: Golden.all)
  func trainingAgrees(_ golden: Golden) throws {
    let replay = try Replay(golden)
    _ = try losses(of: replay, steps: 5, learningRate: 1e-2)
    try expect(replay.weights, toBe: "trained", of: replay, within: .training)
  }

  @Test("the first twenty losses of a training agree", arguments: Golden.all)
  func lossesAgree(_ golden: Golden) throws {
    let replay = try Replay(golden)
    let found = try losses(of: replay, steps: 20, learningRate: 1e-3)
    #expect(
      Tolerance.training.deviation(of: found, from: try #require(replay.file.arrays["losses"]).values) == nil)
  }

  private func losses(of replay: Replay, steps: Int, learningRate: Float) throws -> [Double] {
    let (first, second) = (ParameterBuffer(replay.network.layout), ParameterBuffer(replay.network.layout))
    return try (1...steps).map { step in
      let loss = try replay.run().loss
      updateByAdam(
        replay.weights.values, gradients: replay.gradients.values, moments: (first.values, second.values),
        learningRate: learningRate, epsilon: 1e-3, step: step)
      return loss
    }
  }

  @Test("what the trained network predicts agrees, by running statistics where it has them", arguments: Golden.all)
  func predictionAgrees(_ golden: Golden) throws {
    let replay = try Replay(golden)
    for entry in replay.network.layout.entries {
      let values = try #require(replay.file.arrays["trained/\(entry.parameter.name)"]).values
      for (index, value) in values.enumerated() { replay.weights[entry][index] = value }
    }
    let execution = try Execution(
      replay.network, parameters: replay.weights, input: replay.execution.input.shape, purpose: .inference)
    replay.fill(execution.input)
    execution.forward()
    let expected = try #require(replay.file.arrays["predicted"]).values
    #expect(Tolerance.kernel.deviation(of: Self.channelsFirst(execution.output), from: expected) == nil)
  }
}
