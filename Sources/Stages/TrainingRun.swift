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
  static let outputs = [StageOutput(.model, path: "model.safetensors", publishedAs: "model.safetensors")]
  static let links = [
    StageLink(path: "progress.csv", publishedAs: "progress.csv"),
    StageLink(path: "progress.png", publishedAs: "progress.png"),
  ]

  let classes: ClassMap
  let channels: Int
  private let context: StageContext
  private let parameters: TrainingParameters
  private let dataset: Dataset
  private let sliceAxis: BodyAxis
  private let window: Extent
  private let training: [PreparedCase]
  private let validation: [PreparedCase]
  private let ranges: AugmentationRanges
  /// How the scans are cut, for people, such as `axial slices`.
  let slices: String

  /// Reads and prepares the cases, where there is the memory for the whole training.
  ///
  /// - Parameters:
  ///   - network: The network's shape; its channels and classes are those of the data set.
  ///   - choosesNetwork: Whether the stage's parameters say how large the network is.
  ///   - isTrainable: By a parameter's name.
  init(
    _ context: StageContext, _ parameters: TrainingParameters, sliceAxis: BodyAxis, network: UNetConfiguration,
    choosesNetwork: Bool, isTrainable: (String) -> Bool
  ) throws {
    let loaded = try LoadedDataset(context)
    guard let classes = loaded.dataset.classes else { throw StageError.noLabels(stage: context.stage) }
    let split = try Split(artefact: context.input(.split))
    self.context = context
    self.parameters = parameters
    self.sliceAxis = sliceAxis
    self.classes = classes
    dataset = loaded.dataset
    channels = dataset.channels
    ranges =
      try context.optionalInput(.transform).map {
        try AugmentationRanges(artefact: $0, unit: loaded.dataset.lengthUnit)
      } ?? AugmentationRanges()
    let ids = try split.cases(of: .train, for: context.stage)
    let grids = (ids + split.validation).compactMap { id in loaded.dataset.case(id).map { (name: id, grid: $0.grid) } }
    try SlicedVolume.check(sliceAxis, for: grids)
    slices = SlicedVolume.description(of: sliceAxis, for: grids.map(\.grid))
    var configuration = network
    (configuration.inputChannels, configuration.classes) = (channels, classes.count)
    try TrainingMemory(
      stage: context.stage, configuration: configuration, training: ids.compactMap { loaded.dataset.case($0) },
      validation: split.validation.compactMap { loaded.dataset.case($0) }, spacing: dataset.commonSpacing,
      sliceAxis: sliceAxis, choosesNetwork: choosesNetwork
    ).require(parameters, ranges: ranges, isTrainable: isTrainable)
    training = try loaded.prepare(ids, along: sliceAxis)
    validation = try loaded.prepare(split.validation, along: sliceAxis)
    try SpacingLosses(dataset: dataset).report(training: training, validation: validation, to: context.log)
    window = Self.window(parameters.window, training, multiple: 1 << network.depth)
  }

  /// Checks before any work that there will be labels and cases to train on.
  ///
  /// - Throws: `StageError.noLabels`, `.emptyPart`.
  static func check(_ context: ForecastContext) throws {
    try context.requireLabels()
    try context.requireCases(in: .train)
  }

  /// The window asked for, or one that holds every slice, rounded up to what the network's depth needs.
  private static func window(_ wanted: Extent?, _ cases: [PreparedCase], multiple: Int) -> Extent {
    func rounded(_ size: Int) -> Int { (size + multiple - 1) / multiple * multiple }
    let height = cases.map(\.image.planeSize.height).max() ?? 1
    let width = cases.map(\.image.planeSize.width).max() ?? 1
    return Extent(height: rounded(wanted?.height ?? height), width: rounded(wanted?.width ?? width))
  }

  /// The voxels of each class in the label files of the training cases.
  private var census: ClassCensus {
    let statistics = ClassStatistics(of: dataset, classes: classes)
    return ClassCensus(
      names: classes.names, pixels: training.compactMap { statistics.voxelsByCase[$0.id] })
  }

  private static let modelName = "model.safetensors"

  /// Whether an earlier attempt finished the training and was only killed before the stage was published.
  static func isComplete(_ context: StageContext) -> Bool {
    let model = context.folder.appending(path: modelName)
    guard context.isResuming, TrainingCheckpoints(in: context.folder).isEmpty,
      FileSystem.kind(of: model.path) != nil
    else { return false }
    do {
      _ = try TrainedModel.read(model)
      context.log.info("the training is complete: its model is kept")
      return true
    } catch {
      context.log.warning("\(error)")
      context.log.warning("\(modelName) of the interrupted run is damaged: the training starts over")
      return false
    }
  }

  /// Trains, or resumes an interrupted training, and writes the model.
  func train(
    _ network: Network, _ weights: ParameterBuffer, configuration: UNetConfiguration,
    isTrainable: @escaping (String) -> Bool
  ) throws {
    let source = SliceSampleSource(
      training, window: window, ranges: ranges, samplesPerEpoch: parameters.samplesPerEpoch, seed: context.seed,
      stage: context.stage)
    var card = ModelCard(
      network: configuration, classes: classes, dataset: dataset, sliceAxis: sliceAxis, window: window,
      stage: context.stage)
    let validator =
      validation.isEmpty
      ? nil : SliceValidator(validation, SliceSegmenter(card: card, network: network, parameters: weights))
    let observer = TrainingReporter(context, tally: source.tally, hasValidation: validator != nil)
    let checkpoints = TrainingCheckpoints(in: context.folder)
    let configuration = parameters.configuration(seed: context.seed, stage: context.stage, census: census)
    for numbers in configuration.loss.listedWeights {
      let texts = zip(classes.names, numbers).map { "\($0) \(decimals($1, 4))" }
      context.log.info("class weights: \(texts.joined(separator: ", "))")
    }
    let loop = try TrainingLoop(
      network, parameters: weights, isTrainable: isTrainable, configuration: configuration, source: source,
      validator: validator, observer: observer)
    context.log.info(
      "\(source.sampleCount) samples per epoch (\(counted(channels, "channel")), \(window) pixels), "
        + "\(counted(validation.count, "validation case")), "
        + "\(loop.memoryBytes >> 20) MiB for the network, \(Threads.count) threads")
    if validation.isEmpty { context.log.warning("no validation cases: the weights of the last epoch are kept") }
    do {
      try loop.run(from: checkpoints.newest(log: context.log, check: loop.check))
    } catch TrainingError.stopped {
      throw Interrupted()
    }
    card.epoch = loop.best?.epoch ?? loop.rows.count
    card.validationDice = loop.best?.score
    var file = WeightFile(metadata: try card.metadata())
    file.store(weights)
    try AtomicFile.write(file.encoded(), to: context.folder.appending(path: Self.modelName))
    try checkpoints.remove()
    if let best = loop.best {
      context.log.info("best epoch \(best.epoch): validation Dice \(decimals(best.score, 4)); its weights are kept")
    }
  }
}
