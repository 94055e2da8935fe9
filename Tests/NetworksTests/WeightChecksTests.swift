import Foundation
import Networks
import TestSupport
import Testing

@Suite struct WeightChecksTests {
  private func buffer() throws -> (ParameterBuffer, WeightFile) {
    let network = try SmallUNet.Configuration.all[0].unet.network()
    let weights = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 1, stage: "test")
    var file = WeightFile()
    file.store(weights)
    return (ParameterBuffer(network.layout), file)
  }

  @Test("a weight that is infinite or not a number is named, and nothing is loaded", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    var (weights, file) = try buffer()
    file.arrays["head.convolution.weight"]?.values[2] = value
    let error = #expect(throws: NetworkError.self) { try file.load(into: weights, file: "/w") }
    #expect(
      error?.description.hasPrefix("/w: parameter head.convolution.weight has the value \(value) at index 2; ")
        == true)
    #expect(weights.values.allSatisfy { $0 == 0 })
    #expect(throws: NetworkError.self) { try file.requireFinite(file: "/w") }
    // A part that is not kept does not matter.
    try file.load(into: weights, file: "/w") { !UNetPart.head.contains($0) }
  }

  @Test("a buffer names its first parameter that is not finite")
  func firstNotFinite() throws {
    let (weights, file) = try buffer()
    try file.load(into: weights, file: "/w")
    #expect(weights.firstNotFinite == nil)
    let entry = try #require(weights.layout["head.convolution.bias"])
    weights[entry][1] = -.infinity
    #expect(weights.firstNotFinite == "head.convolution.bias")
  }

  @Test("a folder is told from a file, and the model in it is named")
  func folder() throws {
    try withScratchFolder { folder in
      let empty = #expect(throws: NetworkError.self) { try WeightFile(contentsOf: folder) }
      #expect(empty?.description.contains("it is a folder; expected a model file, such as model.safetensors") == true)
      let model = folder.appending(path: "model.safetensors")
      try WeightFile().encoded().write(to: model)
      let error = #expect(throws: NetworkError.self) { try WeightFile(contentsOf: folder) }
      #expect(error?.description.contains("such as \(model.path)") == true)
    }
  }

  @Test("a pipe is refused without waiting for its other end")
  func pipe() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "pipe.safetensors")
      try #require(mkfifo(url.path, 0o600) == 0)
      let error = #expect(throws: NetworkError.self) { try WeightFile(contentsOf: url) }
      #expect(error?.description.contains("a device, a pipe or a socket") == true)
    }
  }
}
