import Augmentations
import Datasets
import Files
import Foundation
import Jobs
import Machine
import Networks
import Pipelines
import Training
import Volumes

/// A training as in `train` and `fine-tune`: the prepared cases, the loop, its checkpoint and its output files.
struct TrainingRun {
  static let outputs = [StageOutput(.model, path: TrainingModels.name, publishedAs: "model.safetensors")]
  static let links = [
    StageLink(path: "progress.csv", publishedAs: "progress.csv"),
    StageLink(path: "progress.png", publishedAs: "progress.png"),
    StageLink(path: "progress.svg", publishedAs: "progress.svg"),
  ]

  let classes: ClassMap
  let context: StageContext
  let parameters: TrainingParameters
  private let data: TrainingData
  /// What is learnt of whole scans beside the segmentation.
  private let shared: SharedLearning?

  /// What the network sees, and its shape.
  var plan: NetworkPlan { data.plan }
  /// The channels of the scans.
  var channels: Int { data.dataset.channels }
  var validation: [PreparedCase] { data.validation }
  private var dataset: Dataset { data.dataset }
  private var training: [PreparedCase] { data.training }

  /// Reads and prepares the cases, where there is the memory for the whole training.
  ///
  /// - Parameters:
  ///   - request: What the network is to see, and its shape.
  ///   - choosesNetwork: Whether the stage's parameters say how large the network is.
  ///   - also: What is learnt of whole scans beside the segmentation.
  ///   - isTrainable: By a parameter's name.
  init(
    _ context: StageContext, _ parameters: TrainingParameters, _ request: NetworkPlan.Request, choosesNetwork: Bool,
    also: SharedTask? = nil, isTrainable: (String) -> Bool
  ) throws {
    let task = also.map { NetworkTask.shared($0.task.head.pooled) } ?? .segmentation
    let data = try TrainingData(
      context, parameters, .init(network: request, task: task, choosesNetwork: choosesNetwork),
      isTrainable: isTrainable)
    guard let classes = data.dataset.classes else { throw StageError.noLabels(stage: context.stage) }
    (self.context, self.parameters, self.classes, self.data) = (context, parameters, classes, data)
    shared = try also.map { try SharedLearning($0, data: data, stage: context.stage) }
    try SpacingLosses(dataset: dataset).report(training: training, validation: validation, to: context.log)
  }

  /// The network that is trained.
  func network() throws -> Network {
    try plan.configuration.network(for: shared.map { .shared($0.head) } ?? .segmentation)
  }

  /// The voxels of each class in the label files of the training cases.
  private var census: ClassCensus {
    let statistics = ClassStatistics(of: dataset, classes: classes)
    return ClassCensus(
      names: classes.names, pixels: training.compactMap { statistics.voxelsByCase[$0.id] })
  }

  /// Whether an earlier attempt finished the training and was only killed before the stage was published.
  ///
  /// - Throws: `FileError`.
  static func isComplete(_ context: StageContext, _ parameters: TrainingParameters) throws -> Bool {
    guard context.isResuming, TrainingCheckpoints(in: context.folder).isEmpty,
      TrainingModels(in: context.folder).hasModel(log: context.log)
    else { return false }
    if !parameters.keepsPrepared { try PreparedStore(in: context.folder).remove() }
    return true
  }

  /// Trains, or resumes an interrupted training, and writes the model.
  ///
  /// - Parameters:
  ///   - schedule: Which parameters are trained, from when on and how fast.
  ///   - scoresStart: Whether the weights are scored before the first step, to be compared with the best.
  func train(
    _ network: Network, _ weights: ParameterBuffer, schedule: ParameterSchedule = .all, scoresStart: Bool = false
  ) throws {
    let sites = RegionSampler.siteCount(training.map(\.grid.size), window: plan.window.gridSize)
    let source = RegionSampleSource(
      training, window: plan.window, context: plan.context, foreground: parameters.foreground, classes: classes.count,
      ranges: data.ranges,
      samplesPerEpoch: parameters.samplesPerEpoch.samples(
        ofSites: sites, batch: parameters.options.batch, arePatches: plan.seesPatches),
      seed: context.seed,
      stage: context.stage)
    let card = ModelCard(
      network: plan.configuration, classes: classes, dataset: dataset, preparation: plan.preparation,
      sliceContext: plan.context, window: plan.window, stage: context.stage)
    let scanCard = shared?.card(plan: plan, reading: dataset.reading, stage: context.stage)
    let validator = try validator(network, weights, card, scanCard)
    let observer = TrainingReporter(
      context, tally: source.tally, cases: training + validation, hasValidation: validator != nil)
    let checkpoints = TrainingCheckpoints(in: context.folder)
    var configuration = parameters.configuration(seed: context.seed, stage: context.stage, census: census)
    configuration.scoresStart = scoresStart
    configuration.loss.scan = shared?.term
    for numbers in configuration.loss.listedWeights {
      let texts = zip(classes.names, numbers).map { "\($0) \(significant($1))" }
      context.log.info("class weights: \(texts.joined(separator: ", "))")
    }
    var (trained, samples): (Network, any SampleSource) = (network, source)
    if let shared {
      samples = SharedSource(images: source, targets: shared.targets)
      context.log.info("beside the labels: \(shared.description)")
      if shared.head.hidesAmounts(in: plan.configuration) { context.log.warning(ScanHead.hiddenAmounts) }
    }
    if let parts = FeatureSource.tail(of: network, schedule: schedule, images: source) {
      samples = try FeatureSource(source, front: parts.front, parameters: weights)
      trained = parts.tail
      context.log.info(
        "nothing is augmented: what the frozen part makes of the \(source.siteCount) samples is computed once")
    }
    let loop = try TrainingLoop(
      trained, parameters: weights, schedule: schedule, configuration: configuration, source: samples,
      validator: validator, observer: observer)
    context.log.info(
      "\(counted(source.sampleCount, "sample")) per epoch (\(counted(plan.configuration.inputChannels, "channel")), \(plan.window) \(plan.configuration.dimensions == 3 ? "voxels, depth x height x width" : "pixels")), "
        + "\(counted(validation.count, "validation case")), "
        + "\(try loop.memoryBytes() >> 20) MiB for the network, \(Threads.count) threads")
    checkValidation()
    let models = TrainingModels(in: context.folder)
    let checkpoint = try checkpoints.newest(log: context.log, check: loop.check)
    if let position = checkpoint?.position { context.log.info(Self.resumption(position)) }
    try models.removeUnfinished()
    do {
      try loop.run(from: checkpoint)
    } catch TrainingError.stopped {
      try keepUnfinished(loop, weights, card, scanCard, "stopped")
      throw Interrupted()
    } catch let error as TrainingError where loop.best != nil {
      try keepUnfinished(loop, weights, card, scanCard, "the training failed")
      throw error
    }
    try models.write(weights, metadata: metadata(of: loop, card, scanCard))
    try checkpoints.remove()
    if !parameters.keepsPrepared { try PreparedStore(in: context.folder).remove() }
    report(loop)
  }

  /// What scores the weights: the segmentation, and what is said of whole scans where that is learnt as well.
  private func validator(
    _ network: Network, _ weights: ParameterBuffer, _ card: ModelCard, _ scanCard: ScanCard?
  ) throws -> (any Validator)? {
    guard !validation.isEmpty else { return nil }
    let cases = CaseValidator(validation, ScanSegmenter(card: card, network: network.mainPart, parameters: weights))
    guard let shared, let scanCard, let scanPart = network.scanPart else { return cases }
    let judge = try ScanJudge(card: scanCard, network: scanPart, parameters: weights)
    return SharedValidator(
      cases: cases, scans: ScanValidator(validation, judge, targets: shared.targets, score: shared.score))
  }

  private func metadata(of loop: TrainingLoop, _ card: ModelCard, _ scanCard: ScanCard?) throws -> [String: String] {
    var (card, scanCard) = (card, scanCard)
    card.describe(loop)
    scanCard?.epoch = card.epoch
    scanCard?.steps = loop.stepsDone
    return try card.metadata().merging(scanCard?.metadata() ?? [:]) { own, _ in own }
  }

  /// Leaves the best weights so far as a model of their own.
  private func keepUnfinished(
    _ loop: TrainingLoop, _ weights: ParameterBuffer, _ card: ModelCard, _ scanCard: ScanCard?, _ why: String
  ) throws {
    loop.keepBestWeights()
    let file = try TrainingModels(in: context.folder).writeUnfinished(
      weights, metadata: metadata(of: loop, card, scanCard))
    context.log.info(
      "\(why); \(Self.weights(of: loop)) so far are in \(file.path)")
  }
}

extension ModelCard {
  /// The epoch whose weights a training keeps, and their score.
  fileprivate mutating func describe(_ loop: TrainingLoop) {
    epoch = loop.best?.epoch ?? loop.rows.count
    validationDice = loop.best?.score
    steps = loop.stepsDone
    isAveraged = loop.keepsAverage ? true : nil
  }
}
