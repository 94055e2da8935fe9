import Networks
import Testing
import Training

/// Two numbers that are 0 or 1, and the class that a truth table gives them.
private struct TruthTable: SampleSource {
  let classes: [UInt8]
  let sampleCount = 4
  let target = TargetKind.classes
  let shape = Shape(batch: 1, channels: 1, extent: Extent(height: 1, width: 2))

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    guard case .classes(let labels) = target else { return }
    image[0] = Float(sample & 1)
    image[1] = Float(sample >> 1)
    labels[0] = classes[sample]
  }
}

@Suite("The smallest networks")
struct PerceptronTests {
  /// The classes that a network gives the four pairs after its training.
  private func learnt(_ classes: [UInt8], hidden: [Int], seed: UInt64) throws -> [UInt8] {
    var configuration = UNetConfiguration()
    (configuration.inputChannels, configuration.classes) = (1, 2)
    let head = ScanHead(
      body: .voxels, pooling: .flatten, hidden: hidden, activation: .tanh, outputs: 2,
      window: Extent(height: 1, width: 2))
    let network = try configuration.network(for: .scan(head))
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: seed, stage: "perceptron")
    let table = TruthTable(classes: classes)
    let loop = try TrainingLoop(
      network, parameters: parameters,
      configuration: TrainingConfiguration(
        seed: seed, stage: "perceptron", options: TrainingOptions(batch: 4, epochs: 400),
        optimiser: AdamConfiguration(learningRate: 0.05), schedule: ConstantSchedule()),
      source: table, validator: nil, observer: Recorder())
    try loop.run()
    let shape = Shape(batch: 4, channels: 1, extent: Extent(height: 1, width: 2))
    let execution = try Execution(network, parameters: parameters, input: shape, purpose: .inference)
    for sample in 0..<4 {
      execution.input.values[2 * sample] = Float(sample & 1)
      execution.input.values[2 * sample + 1] = Float(sample >> 1)
    }
    execution.forward()
    let output = execution.output.values
    return (0..<4).map { output[2 * $0 + 1] > output[2 * $0] ? 1 : 0 }
  }

  @Test(
    "A perceptron learns AND, and cannot learn XOR; with a hidden layer XOR is learnt",
    arguments: 1...3 as ClosedRange<UInt64>)
  func truthTables(seed: UInt64) throws {
    let (and, xor): ([UInt8], [UInt8]) = ([0, 0, 0, 1], [0, 1, 1, 0])
    #expect(try learnt(and, hidden: [], seed: seed) == and)
    #expect(try learnt(xor, hidden: [], seed: seed) != xor)
    #expect(try learnt(xor, hidden: [8], seed: seed) == xor)
  }
}
