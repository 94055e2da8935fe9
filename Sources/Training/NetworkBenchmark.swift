import Networks
import Randomness

/// Times the passes of a network on synthetic data.
public struct NetworkBenchmark {
  /// What is timed.
  public enum Mode: String, CaseIterable, Sendable {
    /// Inference.
    case forward
    /// Forward, cross-entropy, backward and Adam.
    case step
  }

  /// The network.
  public let network: Network
  /// Seconds of each repetition.
  public let seconds: [Double]
  /// Multiplications and additions of the definition in a repetition, in 1e9; a backward pass counts twice a forward one.
  public let gigaflop: Double
  /// The floats of the planned memory.
  public let plannedFloats: Int

  /// Runs two repetitions to warm up, then `repeats` that are timed.
  ///
  /// - Throws: `NetworkError` where the shape does not fit the network.
  public init(
    _ configuration: UNetConfiguration, input: Shape, mode: Mode, repeats: Int, workers: Int = Threads.count
  ) throws {
    let network = try configuration.network()
    self.network = network
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 1, stage: "benchmark")
    let gradients = mode == .step ? ParameterBuffer(network.layout) : nil
    let execution = try Execution(
      network, parameters: parameters, input: input,
      purpose: gradients.map { .training(gradients: $0, isTrainable: { _ in true }) } ?? .inference, workers: workers)
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "benchmark", operation: "input"))
    for index in execution.input.values.indices { execution.input.values[index] = Float(generator.normal()) }
    let labels = (0..<input.pixels).map { _ in UInt8(generator.integer(below: configuration.classes)) }
    let loss = CrossEntropy(pixels: input.pixels)
    let adam = gradients.map { _ in Adam(AdamConfiguration(), layout: network.layout, isTrainable: { _ in true }) }
    func repetition() {
      execution.forward()
      guard let gradients, let adam else { return }
      _ = labels.withUnsafeBufferPointer {
        loss(logits: execution.output, labels: $0, gradient: execution.outputGradient, workers: workers)
      }
      execution.backward()
      adam.update(parameters, gradients: gradients, learningRate: 1e-3, workers: workers)
    }
    for _ in 0..<2 { repetition() }
    let clock = ContinuousClock()
    seconds = (0..<repeats).map { _ in clock.measure(repetition) / .seconds(1) }
    gigaflop = 2e-9 * Double(network.multiplyAdds(input: input)) * (mode == .step ? 3 : 1)
    plannedFloats = execution.memory.size
  }
}
