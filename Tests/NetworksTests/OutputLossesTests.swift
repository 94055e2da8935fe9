import Networks
import TestSupport
import Testing

@Suite struct OutputLossesTests {
  private let network: Network
  private let shape = Shape(batch: 2, channels: 1, extent: Extent(height: 16, width: 32))

  init() throws {
    var configuration = UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 3, baseChannels: 4, depth: 4)
    configuration.hasDeepSupervision = true
    network = try configuration.network()
  }

  /// The loss of random logits, and what each output's own loss gives.
  private func losses(
    _ terms: LossTerms, labels: [UInt8]
  ) throws -> (all: LossSum, gradients: [[Float]], parts: [LossSum], partGradients: [[Float]], weights: [Double]) {
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    let execution = try Execution(
      network, parameters: weights, input: shape, purpose: .training(gradients: gradients, isTrainable: { _ in true }))
    for output in execution.outputs {
      _ = output.values.values.update(from: normalFloats(output.values.shape.count, output.name))
    }
    var (parts, partGradients): ([LossSum], [[Float]]) = ([], [])
    for output in execution.outputs {
      let (step, extent) = (output.step, shape.extent)
      let nearest = (0..<output.values.shape.pixels).map { pixel -> UInt8 in
        let (x, y) = (
          pixel % (extent.width / step.width), pixel / (extent.width / step.width) % (extent.height / step.height)
        )
        let image = pixel / (extent.count / step.count)
        return labels[
          (image * extent.height + y * step.height + step.height / 2) * extent.width + x * step.width + step.width / 2]
      }
      let (loss, targets) = (terms.loss(of: output.values.shape), TargetBuffer(classes: nearest))
      parts.append(
        withExtendedLifetime(targets) {
          loss(output: output.values, target: targets.all, gradient: output.gradient, workers: 1)
        })
      partGradients.append(Array(try #require(output.gradient).values))
    }
    let losses = OutputLosses(terms, of: execution)
    let targets = TargetBuffer(classes: labels)
    let all = withExtendedLifetime(targets) { losses(target: targets.all, workers: 2) }
    return (
      all, try execution.outputs.map { Array(try #require($0.gradient).values) }, parts, partGradients,
      execution.outputs.map(\.weight)
    )
  }

  @Test(
    "the loss is the weighted mean of the outputs' losses against the nearest classes, and so are the gradients",
    arguments: [
      LossTerms(CrossEntropyConfiguration()),
      LossTerms([.init(CrossEntropyConfiguration()), .init(SoftDiceConfiguration(), weight: 0.5)]),
    ])
  func weighted(_ terms: LossTerms) throws {
    let found = try losses(terms, labels: randomLabels(shape.pixels, classes: 3, ignoresSome: true))
    let mean = zip(found.parts, found.weights).reduce(0) { $0 + ($1.0.mean ?? 0) * $1.1 }
    #expect(Tolerance.accurateKernel.deviation(of: [try #require(found.all.mean)], from: [mean]) == nil)
    #expect(found.all.count == found.parts[0].count)
    for (index, gradient) in found.gradients.enumerated() {
      let expected = found.partGradients[index].map { Double($0) * found.weights[index] }
      #expect(Tolerance.accurateKernel.deviation(of: gradient, from: expected) == nil)
    }
  }

  @Test("where every pixel is ignored, nothing counts and no gradient is left")
  func ignored() throws {
    let found = try losses(
      LossTerms(CrossEntropyConfiguration()), labels: Array(repeating: Target.ignored, count: shape.pixels))
    #expect(found.all == LossSum())
    #expect(found.gradients.allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test("the memory has the further outputs' targets and what each loss keeps")
  func memory() {
    let further = 2 * (8 * 16 + 4 * 8)
    #expect(OutputLosses.memory(LossTerms(CrossEntropyConfiguration()), of: network, input: shape) == further)
    let weighted = LossTerms([.init(CrossEntropyConfiguration(), weight: 2)])
    #expect(OutputLosses.memory(weighted, of: network, input: shape) == further)
    let terms = LossTerms([.init(CrossEntropyConfiguration()), .init(SoftDiceConfiguration(), weight: 0.5)])
    let gradients = network.outputShapes(input: shape).reduce(0) { $0 + 4 * $1.count }
    #expect(OutputLosses.memory(terms, of: network, input: shape) == further + gradients)
  }
}
