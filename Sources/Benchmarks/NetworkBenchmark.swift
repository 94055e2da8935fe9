import Machine
import Networks
import Randomness
import Training

/// Measures the passes of a network on synthetic data.
public struct NetworkBenchmark {
  /// What is measured.
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
  /// The time of each layer, in the order of the forward pass; then "loss" and "adam".
  public let layers: [LayerTime]
  /// The memory plan of activations, gradients and temporary buffers.
  public let memory: MemoryPlan
  /// The parameters with their gradients and moments, in bytes.
  public let parameterBytes: Int

  /// The time of a layer: the median over the repetitions.
  public struct LayerTime: Sendable {
    /// The layer's name.
    public let name: String
    /// Seconds of the forward pass.
    public fileprivate(set) var forward = 0.0
    /// Seconds of the backward pass.
    public fileprivate(set) var backward = 0.0
    /// Multiplications and additions of the definition of the forward pass, in 1e9.
    public fileprivate(set) var gigaflop = 0.0
  }

  /// Runs two repetitions to warm up, then `repeats` that are timed.
  ///
  /// - Parameters:
  ///   - cut: In a step only what is behind it is trained; nil: everything.
  ///   - usesFeatures: Whether the step begins with what part 1 makes of the input, as computed once before the training.
  /// - Throws: `TransferError` where the network has no such cut; `NetworkError` where the shape does not fit the network, `MachineError.notEnoughMemory`.
  public init(
    _ configuration: UNetConfiguration, input image: Shape, mode: Mode, cut: CutPoint? = nil,
    usesFeatures: Bool = false, repeats: Int, workers: Int = Threads.count
  ) throws {
    let whole = try configuration.network()
    let frozen: [String] = try cut?.firstPart(depth: configuration.depth).map { "\($0)." } ?? []
    let schedule = ParameterSchedule(frozen.map { ParameterSchedule.Rule(prefix: $0, firstEpoch: nil) })
    guard let network = usesFeatures ? whole.tail(behind: frozen) : whole else {
      throw NetworkError.configuration(
        key: "cut", expected: "a cut behind which one activation is read, such as head", found: cut?.name ?? "none")
    }
    self.network = network
    var input = image
    if usesFeatures { input.channels = network.inputChannels }
    let parameterBuffers = mode == .step ? 4 : 1
    let isTrained: ((String) -> Bool)? = mode == .step ? { schedule.isEverTrained($0) } : nil
    try MemoryBudget.require(
      try network.memory(
        input: input, parameterBuffers: parameterBuffers, isTrainable: isTrained,
        workers: workers),
      for: network.purpose(input: input),
      remedy: "use a smaller batch (--batch), a smaller --size or fewer --base-channels")
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 1, stage: "benchmark")
    let gradients = mode == .step ? ParameterBuffer(network.layout) : nil
    let execution = try Execution(
      network, parameters: parameters, input: input,
      purpose: gradients.map { .training(gradients: $0, isTrainable: schedule.isEverTrained) } ?? .inference,
      workers: workers)
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "benchmark", operation: "input"))
    for index in execution.input.values.indices { execution.input.values[index] = Float(generator.normal()) }
    let targets = TargetBuffer(.classes, shape: input)
    if case .classes(let labels) = targets.all {
      for pixel in labels.indices { labels[pixel] = UInt8(generator.integer(below: configuration.classes)) }
    }
    let loss = CrossEntropyConfiguration().loss(of: execution.output.shape)
    let optimiser = gradients.map { _ in
      Optimiser(AdamConfiguration(), layout: network.layout, schedule: schedule)
    }
    var step = 0
    func repetition(_ stopwatch: Stopwatch) {
      execution.forward(whenDone: stopwatch.recordForward)
      guard let gradients, let optimiser else { return }
      _ = loss(
        output: execution.output, target: targets.all, gradient: execution.outputGradient, workers: workers)
      stopwatch.recordForward("loss")
      execution.backward(whenDone: stopwatch.recordBackward)
      step += 1
      optimiser.update(parameters, gradients: gradients, learningRate: 1e-3, step: step, workers: workers)
      stopwatch.recordBackward("adam")
    }
    for _ in 0..<2 { repetition(Stopwatch()) }
    let clock = ContinuousClock()
    let stopwatch = Stopwatch()
    seconds = (0..<repeats).map { _ in
      stopwatch.start()
      return clock.measure { repetition(stopwatch) } / .seconds(1)
    }
    let counts = network.multiplyAddsOfLayers(input: input) + (mode == .step ? [("loss", 0), ("adam", 0)] : [])
    layers = counts.map { name, count in
      LayerTime(
        name: name, forward: stopwatch.median(forward: name), backward: stopwatch.median(backward: name),
        gigaflop: 2e-9 * Double(count))
    }
    gigaflop = 2e-9 * Double(network.multiplyAdds(input: input)) * (mode == .step ? 3 : 1)
    memory = execution.memory
    parameterBytes = parameterBuffers * network.layout.size * MemoryLayout<Float>.stride
  }
}

/// Notes the time from each record to the next.
private final class Stopwatch {
  private var forward: [String: [Double]] = [:]
  private var backward: [String: [Double]] = [:]
  private var last = ContinuousClock.now

  func start() { last = .now }
  func recordForward(_ name: String) { forward[name, default: []].append(lap()) }
  func recordBackward(_ name: String) { backward[name, default: []].append(lap()) }
  func median(forward name: String) -> Double { Self.median(forward[name] ?? []) }
  func median(backward name: String) -> Double { Self.median(backward[name] ?? []) }

  private func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return (now - last) / .seconds(1)
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}
