import Foundation
import Machine
import Networks
import Randomness

/// Trains a network by mini-batches.
///
/// In each epoch the samples come in an order drawn from the seed; those that do not fill a last batch are left out of
/// this epoch (with fewer samples than a batch, the batch is as large as there are samples). With validation scores, the
/// weights that end up in `parameters` are those of the epoch with the best primary score; of equals that of the
/// lowest validation loss, and of equals in both the earlier. Without, they are those of the last epoch. Resumed from a
/// checkpoint it ends with the same bits as without the pause.
public final class TrainingLoop {
  private let configuration: TrainingConfiguration
  private let parameters: ParameterBuffer
  private let source: any SampleSource
  private let validator: (any Validator)?
  private let observer: any TrainingObserver

  private let gradients: ParameterBuffer
  private let bestParameters: ParameterBuffer
  private let optimiser: Optimiser
  private let execution: Execution
  private let loss: any Loss
  private let targets: TargetBuffer
  private let batch: Int
  private var state = TrainingCheckpoint.State()
  /// The number of steps in this epoch, since it started or resumed, in which nothing counts.
  private var emptySteps = 0

  /// Makes a training and allocates its buffers.
  ///
  /// - Parameters:
  ///   - network: what is trained.
  ///   - parameters: the first weights; updated in place.
  ///   - isTrainable: by a parameter's name; the others stay as they are.
  ///   - source: the samples.
  ///   - validator: scores `parameters`; nil without a validation part.
  /// - Throws: `NetworkError` where the samples' shape does not fit, `MachineError.notEnoughMemory`.
  public init(
    _ network: Network, parameters: ParameterBuffer, isTrainable: @escaping (String) -> Bool = { _ in true },
    configuration: TrainingConfiguration, source: any SampleSource, validator: (any Validator)?,
    observer: any TrainingObserver
  ) throws {
    self.configuration = configuration
    self.parameters = parameters
    self.source = source
    self.validator = validator
    self.observer = observer
    precondition(source.target == configuration.loss.target, "the samples have the loss's target")
    batch = min(configuration.batch, source.sampleCount)
    var shape = source.shape
    shape.batch = batch
    // The weights are there already.
    let needed = try Self.memory(
      network, shape: shape, loss: configuration.loss, samples: source.sampleCount,
      optimiser: type(of: configuration.optimiser), isTrainable: isTrainable)
    try MemoryBudget.require(
      needed - network.parameterBytes(buffers: 1),
      for: "the training of \(network.purpose(input: shape)) with \(source.sampleCount) samples per epoch",
      remedy: "use a smaller batch or patch")
    gradients = ParameterBuffer(network.layout)
    bestParameters = ParameterBuffer(network.layout)
    optimiser = Optimiser(configuration.optimiser, layout: network.layout, isTrainable: isTrainable)
    execution = try Execution(
      network, parameters: parameters, input: shape,
      purpose: .training(gradients: gradients, isTrainable: isTrainable))
    loss = configuration.loss.loss(of: execution.output.shape)
    targets = TargetBuffer(source.target, shape: shape)
  }

  /// The memory that the steps work in, in bytes.
  public var memoryBytes: Int {
    execution.memory.bytes + (3 + optimiser.state.count) * gradients.values.count * MemoryLayout<Float>.stride
  }

  /// The most memory that a training takes at once, in bytes: the steps, the parameters and all that belongs to them, the
  /// checkpoint, the targets, the loss, and the order of an epoch's samples.
  ///
  /// - Parameter shape: Of a batch.
  /// - Throws: `NetworkError` where the shape does not fit.
  public static func memory(
    _ network: Network, shape: Shape, loss: LossTerms, samples: Int, optimiser: any OptimiserConfiguration.Type,
    isTrainable: (String) -> Bool
  ) throws -> Int {
    // The weights, the best ones and the optimiser's state; a checkpoint is the same as arrays, and once more as the
    // bytes of its file. And the gradients.
    let buffers = 3 * (2 + optimiser.state.count) + 1
    return try withoutActuallyEscaping(isTrainable) { isTrainable in
      ByteCount.sum(
        try network.memory(input: shape, parameterBuffers: buffers, isTrainable: isTrainable),
        TargetBuffer.bytes(loss.target, shape: shape),
        loss.memory(of: Shape(batch: shape.batch, channels: network.outputChannels, extent: shape.extent)),
        ByteCount.product(samples, MemoryLayout<Int>.stride))
    }
  }

  /// The table so far, a row an epoch.
  public var rows: [ProgressRow] { state.rows }
  /// The epoch (from 1) whose weights are kept, and its score; nil without validation.
  public var best: (epoch: Int, score: Double)? { state.best.map { ($0.epoch + 1, $0.score) } }

  /// Trains to the end, from a checkpoint where one is given.
  ///
  /// - Throws: `TrainingError`, and what the observer and the validation throw.
  public func run(from checkpoint: TrainingCheckpoint? = nil) throws {
    if let checkpoint {
      state = try checkedState(of: checkpoint)
      try checkpoint.load(into: buffers)
    }
    while state.epoch < configuration.epochs, !isPatienceOver { try runEpoch() }
    if state.best != nil { parameters.copy(from: bestParameters) }
  }

  /// Checks that a checkpoint belongs to this training and is intact, and changes nothing.
  ///
  /// - Throws: `TrainingError.foreignCheckpoint`.
  public func check(_ checkpoint: TrainingCheckpoint) throws { _ = try checkedState(of: checkpoint) }

  private func checkedState(of checkpoint: TrainingCheckpoint) throws -> TrainingCheckpoint.State {
    try checkpoint.state(for: buffers, epochs: configuration.epochs, steps: steps)
  }

  /// The steps of an epoch.
  private var steps: Int { source.sampleCount / batch }

  private var buffers: [String: ParameterBuffer] {
    optimiser.state.merging(["weights": parameters, "best": bestParameters]) { _, own in own }
  }

  private var isPatienceOver: Bool {
    guard let patience = configuration.patience, let best = state.best else { return false }
    return state.epoch - 1 - best.epoch >= patience
  }

  // MARK: An epoch

  private func runEpoch() throws {
    var generator = PhiloxGenerator(
      RandomKey(seed: configuration.seed, stage: configuration.stage, epoch: state.epoch, operation: "order"))
    let order = generator.permutation(of: source.sampleCount)
    let clock = Clock(secondsBefore: state.seconds)
    var lastSave = clock.seconds
    while state.step < steps {
      let learningRate = learningRate(ofStep: state.step)
      try runStep(order: order, learningRate: learningRate)
      state.seconds = clock.seconds
      observer.didStep(progress(steps: steps))
      let isStopping = observer.isStopRequested
      if isStopping || (clock.seconds - lastSave > configuration.checkpointSeconds && state.step < steps) {
        try save(learningRate)
        lastSave = clock.seconds
      }
      if isStopping { throw TrainingError.stopped(epoch: state.epoch, step: state.step) }
    }
    try finishEpoch(learningRate: learningRate(ofStep: steps - 1), clock: clock)
  }

  /// The learning rate of a step of this epoch.
  private func learningRate(ofStep step: Int) -> Double {
    configuration.schedule.learningRate(
      configuration.optimiser.learningRate, epoch: state.epoch, of: configuration.epochs, step: step, of: steps,
      history: state.rows)
  }

  private func runStep(order: [Int], learningRate: Double) throws {
    let values = source.shape.count
    let image = execution.input.values
    Threads.forEach(batch) { index in
      let draw = state.step * batch + index
      source.write(
        sample: order[draw], epoch: state.epoch, draw: draw,
        image: UnsafeMutableBufferPointer(rebasing: image[index * values..<(index + 1) * values]),
        target: targets[index])
    }
    execution.key = RandomKey(
      seed: configuration.seed, stage: configuration.stage, epoch: state.epoch, draw: state.step, operation: "step")
    execution.forward()
    let sum = loss(
      output: execution.output, target: targets.all, gradient: execution.outputGradient, workers: Threads.count)
    guard sum.loss.isFinite else { throw divergence(.loss, learningRate, step: state.step + 1) }
    execution.backward()
    state.optimiserStep += 1
    optimiser.update(
      parameters, gradients: gradients, learningRate: learningRate, step: state.optimiserStep, workers: Threads.count)
    state.loss += sum
    if sum.count == 0 { emptySteps += 1 }
    state.step += 1
  }

  private func divergence(_ what: Divergence, _ learningRate: Double, step: Int? = nil) -> TrainingError {
    .diverged(what, epoch: state.epoch, step: step ?? state.step, learningRate: learningRate)
  }

  private func finishEpoch(learningRate: Double, clock: Clock) throws {
    if let name = parameters.firstNotFinite { throw divergence(.weight(name: name), learningRate) }
    let score = try validator?.score()
    if let loss = score?.loss, !loss.isFinite { throw divergence(.validationLoss, learningRate) }
    let average = score?.primary.map { number in
      state.rows.last?.averagedScore.map { 0.9 * $0 + 0.1 * number } ?? number
    }
    state.rows.append(
      ProgressRow(
        epoch: state.epoch + 1, trainLoss: state.loss.mean, validationLoss: score?.loss,
        score: score?.primary, averagedScore: average, columns: score?.columns ?? [], learningRate: learningRate,
        seconds: clock.seconds))
    if let score, let primary = score.primary {
      let candidate = TrainingCheckpoint.Best(epoch: state.epoch, score: primary, loss: score.loss)
      if candidate.isBetter(than: state.best) {
        state.best = candidate
        bestParameters.copy(from: parameters)
      }
    }
    state.epoch += 1
    state.step = 0
    state.loss = LossSum()
    state.seconds = 0
    try observer.didFinishEpoch(state.rows, emptySteps: emptySteps)
    emptySteps = 0
    try save(learningRate)
    if observer.isStopRequested, state.epoch < configuration.epochs {
      throw TrainingError.stopped(epoch: state.epoch, step: 0)
    }
  }

  /// Saves a checkpoint, unless the training has diverged.
  private func save(_ learningRate: Double) throws {
    if let name = parameters.firstNotFinite { throw divergence(.weight(name: name), learningRate) }
    try observer.save(TrainingCheckpoint(state: state, buffers: buffers))
  }

  private func progress(steps: Int) -> StepProgress {
    let total = Double(configuration.epochs * steps)
    let done = Double(state.epoch * steps + state.step)
    let seconds = state.seconds + state.rows.reduce(0) { $0 + $1.seconds }
    return StepProgress(
      epoch: state.epoch, epochs: configuration.epochs, step: state.step, steps: steps, loss: state.loss.mean,
      secondsLeft: state.step + state.epoch * steps > 2 ? seconds / done * (total - done) : nil)
  }
}

/// Seconds since a start, with those of earlier attempts.
private struct Clock {
  let start = ContinuousClock.now
  let secondsBefore: Double

  var seconds: Double {
    let duration = start.duration(to: .now)
    return secondsBefore + Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
