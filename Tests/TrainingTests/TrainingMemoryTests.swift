import Networks
import Testing
import Training

@Suite struct TrainingMemoryTests {
  @Test("The memory of a training has the checkpoint's copies, the labels and the order of the samples")
  func parts() throws {
    let network = try ToyTraining().network
    let shape = Shape(batch: 4, channels: 1, extent: Extent(height: 16, width: 16))
    func memory(
      samples: Int, loss: LossTerms = LossTerms(CrossEntropyConfiguration()), averagesWeights: Bool = false
    ) throws -> Int {
      try TrainingLoop.memory(
        network, shape: shape, loss: loss, samples: samples, optimiser: AdamConfiguration.self,
        averagesWeights: averagesWeights,
        isTrainable: { _ in true })
    }
    let arena = try network.memory(input: shape, parameterBuffers: 0, isTrainable: { _ in true })
    // Weights, best ones, gradients and two moments; four of them as arrays and as a file's bytes.
    #expect(try memory(samples: 0) == arena + 13 * 4 * network.layout.size + 4 * 16 * 16)
    #expect(try memory(samples: 1000) - memory(samples: 0) == 8000)
    #expect(try memory(samples: .max) == .max)
    // The average, and twice in a checkpoint.
    #expect(try memory(samples: 0, averagesWeights: true) - memory(samples: 0) == 3 * 4 * network.layout.size)
    // A sum of losses keeps the gradient of a term.
    let sum = LossTerms([.init(CrossEntropyConfiguration()), .init(SoftDiceConfiguration(), weight: 0.5)])
    #expect(try memory(samples: 0, loss: sum) - memory(samples: 0) == 4 * 2 * 4 * 16 * 16)
  }

  @Test("An epoch of more samples than their order has memory for is refused before anything is allocated")
  func samples() throws {
    var training = try ToyTraining()
    training.samples = 1_000_000_000_000_000
    #expect(throws: (any Error).self) { try training.loop(Recorder()) }
  }
}
