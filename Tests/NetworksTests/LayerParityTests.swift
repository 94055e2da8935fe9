import Foundation
import Networks
import TestSupport
import Testing

/// Networks with one layer changed, and some with many, against what PyTorch computes in double precision: one test for
/// each file layer-*.safetensors of Tests/Golden/networks, which make_layers.py makes. A file contains the configuration of
/// its network.
@Suite struct LayerParityTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/networks")
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasPrefix("layer-") }.sorted()

  @Test("there are golden files") func filesExist() { #expect(Self.names.count > 2) }

  @Test("logits, loss and every gradient agree", arguments: names)
  func passesAgree(_ name: String) throws {
    let file = try WeightFile(contentsOf: Self.folder.appending(path: name))
    let text = try #require(file.metadata["network"])
    let network = try JSONDecoder().decode(UNetConfiguration.self, from: Data(text.utf8)).network()
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    try file.load(into: weights, prefix: "weights/", file: name)
    let s = try #require(file.arrays["input"]).shape
    let execution = try Execution(
      network, parameters: weights,
      input: Shape(batch: s[0], channels: s[1], extent: Extent(depth: s[2], height: s[3], width: s[4])),
      purpose: .training(gradients: gradients, isTrainable: { _ in true }), workers: 2)
    let targets = TargetBuffer(classes: try #require(file.arrays["labels"]).values.map { UInt8($0) })
    _ = execution.input.values.update(from: Self.channelsLast(try #require(file.arrays["input"])))
    execution.forward()
    let losses = OutputLosses(LossTerms(CrossEntropyConfiguration()), of: execution)
    let loss = losses(target: targets.all, workers: 2)
    for output in execution.outputs {
      let logits = Self.channelsLast(try #require(file.arrays[output.name]))
      #expect(
        Tolerance.kernel.deviation(of: Array(output.values.values), from: doubles(logits)) == nil, "\(output.name)")
    }
    execution.backward()
    let expectedLoss = try #require(file.arrays["loss"]).values
    #expect(Tolerance.kernel.deviation(of: [try #require(loss.mean)], from: expectedLoss) == nil)
    for entry in network.layout.entries {
      let expected = try #require(file.arrays["gradients/\(entry.parameter.name)"]).values
      let deviation = Tolerance.sum.deviation(of: Array(gradients[entry]), from: doubles(expected))
      #expect(deviation == nil, "\(entry.parameter.name)")
    }
  }

  /// The values of an array [n, c, d, h, w] in the order of tensors.
  private static func channelsLast(_ array: WeightFile.Array) -> [Float] {
    let (channels, pixels) = (array.shape[1], array.shape[2...].reduce(1, *))
    return array.values.indices.map { index in
      let (image, pixel, channel) = (index / channels / pixels, index / channels % pixels, index % channels)
      return array.values[(image * channels + channel) * pixels + pixel]
    }
  }
}
