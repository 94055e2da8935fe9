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
  ///   - isTrainable: By a parameter's name.
  init(
    _ context: StageContext, _ parameters: TrainingParameters, _ request: NetworkPlan.Request, choosesNetwork: Bool,
    isTrainable: (String) -> Bool
  ) throws {
    let data = try TrainingData(
      context, parameters, .init(network: request, choosesNetwork: choosesNetwork), isTrainable: isTrainable)
    guard let classes = data.dataset.classes else { throw StageError.noLabels(stage: context.stage) }
    (self.context, self.parameters, self.classes, self.data) = (context, parameters, classes, data)
    try SpacingLosses(dataset: dataset).report(training: training, validation: validation, to: context.log)
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
    var card = ModelCard(
      network: plan.configuration, classes: classes, dataset: dataset, preparation: plan.preparation,
      sliceContext: plan.context, window: plan.window, stage: context.stage)
    let validator =
      validation.isEmpty
      ? nil : CaseValidator(validation, ScanSegmenter(card: card, network: network, parameters: weights))
    let observer = TrainingReporter(
      context, tally: source.tally, cases: training + validation, hasValidation: validator != nil)
    let checkpoints = TrainingCheckpoints(in: context.folder)
    var configuration = parameters.configuration(seed: context.seed, stage: context.stage, census: census)
    configuration.scoresStart = scoresStart
    for numbers in configuration.loss.listedWeights {
      let texts = zip(classes.names, numbers).map { "\($0) \(significant($1))" }
      context.log.info("class weights: \(texts.joined(separator: ", "))")
    }
    var (trained, samples): (Network, any SampleSource) = (network, source)
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
      try keepUnfinished(loop, weights, card, "stopped")
      throw Interrupted()
    } catch let error as TrainingError where loop.best != nil {
      try keepUnfinished(loop, weights, card, "the training failed")
      throw error
    }
    card.describe(loop)
    try models.write(weights, card: card)
    try checkpoints.remove()
    if !parameters.keepsPrepared { try PreparedStore(in: context.folder).remove() }
    report(loop)
  }

  /// Leaves the best weights so far as a model of their own.
  private func keepUnfinished(_ loop: TrainingLoop, _ weights: ParameterBuffer, _ card: ModelCard, _ why: String) throws
  {
    loop.keepBestWeights()
    var card = card
    card.describe(loop)
    let file = try TrainingModels(in: context.folder).writeUnfinished(weights, card: card)
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
