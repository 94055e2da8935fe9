import Inference
import Networks
import Testing

@Suite struct PredictorTests {
  private let extent = Extent(height: 8, width: 12)

  private func model(seed: UInt64) throws -> (network: Network, parameters: ParameterBuffer) {
    let network = try UNetConfiguration(dimensions: 2, inputChannels: 2, classes: 3, baseChannels: 4, depth: 2)
      .network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: seed, stage: "test")
    return (network, parameters)
  }

  private func probabilities(
    _ model: (network: Network, parameters: ParameterBuffer), batch: Int, count: Int = 5
  ) throws -> [[Float]] {
    let predictor = try Predictor(model.network, parameters: model.parameters, extent: extent, batch: batch)
    var results = [[Float]](repeating: [], count: count)
    predictor.predict(
      count: count,
      write: { index, image in
        for place in image.indices { image[place] = Float((place * (index + 3)) % 17) / 8 - 1 }
      }, read: { index, values in results[index] = Array(values) })
    return results
  }

  @Test("Each pixel's probabilities add up to 1")
  func sums() throws {
    for image in try probabilities(model(seed: 1), batch: 2) {
      #expect(image.count == extent.count * 3)
      for pixel in 0..<extent.count {
        #expect(abs(image[pixel * 3..<pixel * 3 + 3].reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  @Test("The batch does not change a bit of what an image gets")
  func batches() throws {
    let single = try probabilities(model(seed: 1), batch: 1)
    for batch in [2, 5, 8] {
      for (a, b) in zip(single, try probabilities(model(seed: 1), batch: batch)) {
        #expect(a == b)
      }
    }
  }

  @Test(
    "Nor does it in networks whose convolutions are transformed",
    arguments: [
      (Extent(height: 64, width: 96), 16), (Extent(height: 40, width: 56), 16), (Extent(height: 24, width: 40), 96),
      (Extent(depth: 12, height: 24, width: 20), 16), (Extent(depth: 16, height: 40, width: 24), 16),
      (Extent(depth: 4, height: 16, width: 12), 64),
    ])
  func largerBatches(extent: Extent, baseChannels: Int) throws {
    let network = try UNetConfiguration(
      dimensions: extent.depth == 1 ? 2 : 3, inputChannels: 1, classes: 2, baseChannels: baseChannels, depth: 2
    ).network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 5, stage: "test")
    func probabilities(batch: Int) throws -> [[Float]] {
      var results: [[Float]] = []
      try Predictor(network, parameters: parameters, extent: extent, batch: batch).predict(
        count: 5,
        write: { index, image in for place in image.indices { image[place] = Float((place * (index + 3)) % 17) / 8 - 1 }
        },
        read: { _, values in results.append(Array(values)) })
      return results
    }
    let single = try probabilities(batch: 1)
    for batch in [2, 3, 5] { #expect(try probabilities(batch: batch) == single, "batch \(batch)") }
  }

  @Test("An extent that does not fit the depth is refused by name")
  func extentDoesNotFit() throws {
    let model = try model(seed: 1)
    #expect(
      throws: NetworkError.extentDoesNotFit(
        Extent(height: 6, width: 8), multiple: Extent(height: 4, width: 4))
    ) {
      try Predictor(
        model.network, parameters: model.parameters, extent: Extent(height: 6, width: 8), batch: 1)
    }
  }
}
