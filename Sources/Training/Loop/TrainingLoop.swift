import Foundation
import Machine
import Networks
import Randomness

/// Trains a network by mini-batches.
///
/// In each epoch the samples come in an order drawn from the seed; those that do not fill a last batch are left out of
/// this epoch (with fewer samples than a batch, the batch is as large as there are samples). With validation scores, the
/// weights that end up in `parameters` are those of the epoch with the best primary score; of equals that of the
/// lowest validation loss, and of equals in both the earlier. Without, they are those of the last epoch. Where weights are
/// averaged, the average takes part as weights of its own. Resumed from a checkpoint it ends with the same bits as without
/// the pause; but where a budget of time ends it, the step at which it does depends on the machine.
public final class TrainingLoop {
  let configuration: TrainingConfiguration
  private let parameters: ParameterBuffer
  private let source: any SampleSource
  private let validator: (any Validator)?
  private let observer: any TrainingObserver

  private let gradients: ParameterBuffer
  private let optimiser: Optimiser
  private var clipping: GradientClipping?
  private let selection: WeightSelection
  private let network: Network
  private let schedule: ParameterSchedule
  private let shape: Shape
  /// What the steps of this phase work in; nil while none does.
  private var work: Work?
  private let targets: TargetBuffer
  /// Those of the output that judges whole scans; nil: there is none beside the main output.
  private let scanTargets: TargetBuffer?
  private let batch: Int
  private let stepsPerEpoch: Int
  var state = TrainingCheckpoint.State()
  private var watch = TrainingWatch()
  /// The number of steps in this epoch, since it started or resumed, in which nothing counts.
  private var emptySteps = 0

  /// The execution of a phase, in which the same parameters are trained, and its loss.
  private struct Work {
    let phase: Int
    let execution: Execution
    let loss: OutputLosses
  }

  /// Makes a training and allocates its buffers.
  ///
  /// - Parameters:
  ///   - network: what is trained.
  ///   - parameters: the first weights; updated in place.
  ///   - schedule: which parameters are trained, from when on and how fast; the others stay as they are.
  ///   - source: the samples.
  ///   - validator: scores `parameters`; nil without a validation part.
  /// - Throws: `NetworkError` where the samples' shape does not fit, `MachineError.notEnoughMemory`,
  ///   `TrainingError.scheduleTooLong`.
  public init(
    _ network: Network, parameters: ParameterBuffer, schedule: ParameterSchedule = .all,
    configuration: TrainingConfiguration, source: any SampleSource, validator: (any Validator)?,
    observer: any TrainingObserver
  ) throws {
    self.configuration = configuration
    self.parameters = parameters
    self.source = source
    self.observer = observer
    self.validator = validator
    precondition(source.target == configuration.loss.target, "the samples have the loss's target")
    batch = min(configuration.options.batch, source.sampleCount)
    stepsPerEpoch = source.sampleCount / batch
    let length = TrainingLength(configuration.options, plannedEpochs: nil, stepsPerEpoch: stepsPerEpoch)
    if !length.isOpen, let problem = configuration.schedule.problem(epochs: length.epochs) {
      throw TrainingError.scheduleTooLong(problem)
    }
    var shape = source.shape
    shape.batch *= batch
    // The weights are there already.
    let needed = try Self.memory(
      network, shape: shape, loss: configuration.loss, samples: source.sampleCount,
      optimiser: type(of: configuration.optimiser), averagesWeights: configuration.options.weightAveraging != nil,
      isTrainable: schedule.isEverTrained)
    try MemoryBudget.require(
      needed - network.parameterBytes(buffers: 1),
      for: "the training of \(network.purpose(input: shape)) with \(source.sampleCount) samples per epoch",
      remedy: "use a smaller batch or patch")
    gradients = ParameterBuffer(network.layout)
    selection = WeightSelection(
      of: parameters, validator: validator, averagingBy: configuration.options.weightAveraging)
    optimiser = Optimiser(configuration.optimiser, layout: network.layout, schedule: schedule)
    (self.network, self.schedule, self.shape) = (network, schedule, shape)
    let outputShapes = network.outputShapes(input: shape)
    targets = TargetBuffer(source.target, shape: outputShapes[0])
    scanTargets = configuration.loss.scan.map {
      TargetBuffer(type(of: $0.configuration).target, shape: outputShapes[outputShapes.count - 1])
    }
  }

  /// The memory that the steps work in once everything is trained that ever is, in bytes.
  ///
  /// - Throws: `NetworkError` where the samples' shape does not fit.
  public func memoryBytes() throws -> Int {
    try network.memory(input: shape, parameterBuffers: 1 + buffers.count, isTrainable: schedule.isEverTrained)
  }

  /// What the steps of an epoch work in. It is allocated again where the epoch trains other parameters than those before it.
  private func work(ofEpoch epoch: Int) throws -> Work {
    let phase = schedule.phase(ofEpoch: epoch)
    if let work, work.phase == phase { return work }
    // Its memory is given back before more is taken.
    work = nil
    let isTrained = { [schedule] (name: String) in schedule.isTrained(name, epoch: epoch) }
    clipping = configuration.options.gradientClipping.map {
      GradientClipping(limit: $0, layout: network.layout, isTrainable: isTrained)
    }
    let execution = try Execution(
      network, parameters: parameters, input: shape, purpose: .training(gradients: gradients, isTrainable: isTrained))
    let made = Work(phase: phase, execution: execution, loss: OutputLosses(configuration.loss, of: execution))
    work = made
    return made
  }

  /// The table so far, a row an epoch.
  public var rows: [ProgressRow] { state.rows }
  /// The epoch whose weights are kept; nil without a score or a validation loss.
  public var best: BestEpoch? { state.best.map(BestEpoch.init) }
  /// Whether what is kept is the moving average of the weights.
  public var keepsAverage: Bool { best?.isAveraged ?? (selection.average != nil) }
  /// The steps after which a budget of time ended the training; nil: none did.
  public var stepsWithinTime: Int? { state.endedAfterSteps }
  /// The steps so far.
  public var stepsDone: Int { state.optimiserStep }
  /// The epochs that the schedule spans.
  public var scheduledEpochs: Int { length.epochs }
  /// Whether the number of these epochs follows from a budget of time.
  public var isPlannedByTime: Bool { state.plannedEpochs != nil }

  /// What ended the training, once it is over.
  public var end: TrainingEnd {
    if state.endedAfterSteps != nil { return .minutes }
    if length.isOver(atEpoch: state.epoch) {
      return state.optimiserStep < ByteCount.product(length.epochs, stepsPerEpoch) ? .steps : .epochs
    }
    return .patience
  }

  /// Trains to the end, from a checkpoint where one is given.
  ///
  /// - Throws: `TrainingError`, and what the observer and the validation throw.
  public func run(from checkpoint: TrainingCheckpoint? = nil) throws {
    selection.average?.begin(with: parameters)
    if let checkpoint {
      state = try checkedState(of: checkpoint)
      try checkpoint.load(into: buffers)
      watch = TrainingWatch(after: state.rows)
    }
    if configuration.scoresStart, checkpoint == nil, let validator {
      let score = try validator.score()
      state.start = score.primary
      observer.didScoreStart(score)
    }
    while !isOver { try runEpoch() }
    keepBestWeights()
  }

  /// The primary score before the first step; nil where it was not asked for or is undefined.
  public var startScore: Double? { state.start }

  /// Makes the parameters the best so far; also after a stop that was requested, whose checkpoint is saved.
  public func keepBestWeights() { selection.keep(isScored: state.best != nil) }

  /// Checks that a checkpoint belongs to this training and is intact, and changes nothing.
  ///
  /// - Throws: `TrainingError.foreignCheckpoint`.
  public func check(_ checkpoint: TrainingCheckpoint) throws { _ = try checkedState(of: checkpoint) }

  private func checkedState(of checkpoint: TrainingCheckpoint) throws -> TrainingCheckpoint.State {
    try checkpoint.state(for: buffers, length: length(planned:))
  }

  var length: TrainingLength { length(planned: state.plannedEpochs) }

  private func length(planned epochs: Int?) -> TrainingLength {
    TrainingLength(configuration.options, plannedEpochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  private var buffers: [String: ParameterBuffer] {
    optimiser.state.merging(selection.state) { _, own in own }.merging(["weights": parameters]) { _, own in own }
  }

  private var isOver: Bool {
    state.endedAfterSteps != nil || length.isOver(atEpoch: state.epoch)
      || configuration.patience?.isOver(history: state.rows, bestEpoch: state.best?.epoch) ?? false
  }

  // MARK: An epoch

  private func runEpoch() throws {
    var generator = PhiloxGenerator(
      RandomKey(seed: configuration.seed, stage: configuration.stage, epoch: state.epoch, operation: "order"))
    let order = generator.permutation(of: source.sampleCount)
    let steps = length.steps(ofEpoch: state.epoch)
    let work = try work(ofEpoch: state.epoch)
    let clock = Clock(secondsBefore: state.seconds)
    var lastSave = clock.seconds
    while state.step < steps, state.endedAfterSteps == nil {
      let learningRate = learningRate(ofStep: state.step)
      try runStep(work, order: order, learningRate: learningRate)
      state.seconds = clock.seconds
      observer.didStep(progress)
      let isStopping = observer.isStopRequested
      if isStopping || (clock.seconds - lastSave > configuration.checkpointSeconds && state.step < steps) {
        try save(learningRate)
        lastSave = clock.seconds
      }
      if isStopping { throw TrainingError.stopped(epoch: state.epoch, step: state.step) }
      endWhereTimeIsOver(reserving: state.validationSeconds ?? 0)
    }
    try finishEpoch(learningRate: learningRate(ofStep: state.step - 1), clock: clock)
  }

  /// The learning rate of a step of this epoch.
  private func learningRate(ofStep step: Int) -> Double {
    configuration.schedule.learningRate(
      configuration.optimiser.learningRate, epoch: state.epoch, of: length.epochs, step: step,
      of: length.stepsPerEpoch, history: state.rows)
  }

  private func runStep(_ work: Work, order: [Int], learningRate: Double) throws {
    let values = source.shape.count
    let execution = work.execution
    let image = execution.input.values
    Threads.forEach(batch) { index in
      let draw = state.step * batch + index
      source.write(
        sample: order[draw], epoch: state.epoch, draw: draw,
        image: UnsafeMutableBufferPointer(rebasing: image[index * values..<(index + 1) * values]),
        target: targets[index])
      if let scanTargets {
        source.writeScanTarget(sample: order[draw], epoch: state.epoch, target: scanTargets[index])
      }
    }
    announceNextStep(order)
    execution.key = RandomKey(
      seed: configuration.seed, stage: configuration.stage, epoch: state.epoch, draw: state.step, operation: "step")
    execution.forward()
    let sum = work.loss(target: targets.all, scanTarget: scanTargets?.all)
    guard sum.loss.isFinite else {
      throw divergence(.loss(samples: names(inStep: state.step, order)), learningRate, step: state.step + 1)
    }
    execution.backward()
    clipping?.clip(gradients, workers: Threads.count)
    state.optimiserStep += 1
    optimiser.update(
      parameters, gradients: gradients, learningRate: learningRate, step: state.optimiserStep, epoch: state.epoch,
      stepsPerEpoch: stepsPerEpoch, workers: Threads.count)
    selection.average?.update(by: parameters, step: state.optimiserStep, workers: Threads.count)
    state.loss += sum
    if sum.count == 0 { emptySteps += 1 }
    state.step += 1
  }

  /// Announces the samples of the epoch's next step, where there is one.
  private func announceNextStep(_ order: [Int]) {
    let first = (state.step + 1) * batch
    for draw in first..<max(first, min(first + batch, order.count)) {
      source.announce(sample: order[draw], epoch: state.epoch, draw: draw)
    }
  }

  /// The names of a step's samples, each once.
  private func names(inStep step: Int, _ order: [Int]) -> [String] {
    order[step * batch..<(step + 1) * batch].reduce(into: []) { names, sample in
      let name = source.name(of: sample, epoch: state.epoch)
      if !names.contains(name) { names.append(name) }
    }
  }

  private func divergence(_ what: Divergence, _ learningRate: Double, step: Int? = nil) -> TrainingError {
    .diverged(what, epoch: state.epoch, step: step ?? state.step, learningRate: learningRate)
  }

  private func finishEpoch(learningRate: Double, clock: Clock) throws {
    if let name = parameters.firstNotFinite { throw divergence(.weight(name: name), learningRate) }
    let trained = clock.seconds
    let score = try selection.score(epoch: state.epoch, best: &state.best)
    if let score, score.loss?.isFinite == false {
      throw divergence(.validationLoss(case: score.failedCase), learningRate)
    }
    state.validationSeconds = clock.seconds - trained
    let average = score?.primary.map { number in
      state.rows.last?.averagedScore.map { 0.9 * $0 + 0.1 * number } ?? number
    }
    let row = ProgressRow(
      epoch: state.epoch + 1, trainLoss: state.loss.mean, validationLoss: score?.loss, score: score?.primary,
      averagedScore: average, columns: score?.columns ?? [], unpredicted: score?.unpredicted ?? [],
      learningRate: learningRate, seconds: clock.seconds)
    state.rows.append(row)
    planEpochs(ofSeconds: row.seconds)
    state.epoch += 1
    state.step = 0
    state.loss = LossSum()
    state.seconds = 0
    endWhereTimeIsOver(reserving: 0)
    try observer.didFinishEpoch(state.rows, emptySteps: emptySteps)
    watch.observe(row).forEach(observer.didNotice)
    emptySteps = 0
    try save(learningRate)
    if observer.isStopRequested, !isOver { throw TrainingError.stopped(epoch: state.epoch, step: 0) }
  }

  /// Saves a checkpoint, unless the training has diverged.
  private func save(_ learningRate: Double) throws {
    if let name = parameters.firstNotFinite { throw divergence(.weight(name: name), learningRate) }
    try observer.save(TrainingCheckpoint(state: state, buffers: buffers))
  }
}
