import Datasets
import Files
import Foundation
import Jobs
import Machine
import Networks
import Pipelines
import Training
import Volumes

/// The training of a network that judges whole scans.
struct ScanTraining {
  let context: StageContext
  let task: ScanTask
  let training: TrainingParameters

  /// What a training starts from: a model's weights, and which of them are kept and trained.
  struct Start {
    let model: StartingModel
    let file: String
    let parameters: TransferParameters
  }

  /// Trains, or resumes an interrupted training, and writes the model.
  func run(_ request: NetworkPlan.Request, start: Start? = nil) throws {
    // The head does not change what the memory is needed for.
    let guess = NetworkTask.scan(task.head.pooled)
    let data = try TrainingData(
      context, training, .init(network: request, task: guess, choosesNetwork: start == nil, needsLabels: false),
      isTrainable: { _ in true })
    let plan = data.plan
    let targets = try ScanTargets(
      task.target, training: data.training.map(\.id), validation: data.validation.map(\.id), stage: context.stage)
    let head = task.head.fitted(outputs: targets.outputs, window: plan.window)
    if head.hidesAmounts(in: plan.configuration) { context.log.warning(ScanHead.hiddenAmounts) }
    let network = try plan.configuration.network(for: .scan(head))
    let weights = try network.makeParameters(remedy: "use fewer base_channels or hidden numbers")
    let schedule = try initialise(network, weights, plan: plan, start: start)
    context.log.info(
      "\(network.layout.parameterCount) parameters, \(plan.view); \(targets.description(task.target.name))")
    let card = ScanCard(
      network: plan.configuration, head: head, column: task.target.name, outcome: targets.outcome,
      reading: data.dataset.reading, preparation: plan.preparation, window: plan.window, stage: context.stage)
    try train(network, weights, data: data, targets: targets, card: card, schedule: schedule, isTuned: start != nil)
  }

  private func initialise(
    _ network: Network, _ weights: ParameterBuffer, plan: NetworkPlan, start: Start?
  ) throws -> ParameterSchedule {
    guard let start else {
      network.initialise(weights, seed: context.seed, stage: context.stage)
      return .all
    }
    let channels = (model: start.model.network.inputChannels, data: plan.configuration.inputChannels)
    guard channels.model == channels.data || start.parameters.transfer.channels != nil else {
      throw TransferError.otherChannels(file: start.file, model: channels.model, data: channels.data)
    }
    let depth = plan.configuration.depth
    let table = TransferTable(
      rows: try start.parameters.transfer.apply(
        start.model.weights, fileName: start.file, to: network, depth: depth, parameters: weights, seed: context.seed,
        stage: context.stage))
    try AtomicFile.write(Data(table.csv.utf8), to: context.folder.appending(path: TransferTable.fileName))
    context.log.info("cut \(start.parameters.transfer.cut.name): \(table.summary)")
    context.log.info(start.parameters.summary)
    return try start.parameters.schedule(
      depth: depth, new: table.rows.filter { $0.outcome == .initialised }.map(\.name))
  }

  private func train(
    _ network: Network, _ weights: ParameterBuffer, data: TrainingData, targets: ScanTargets, card: ScanCard,
    schedule: ParameterSchedule, isTuned: Bool
  ) throws {
    let loopRun = LoopRun(context: context, training: training, data: data, score: task.score)
    let images = RegionSampleSource(
      data.training, window: data.plan.window, ranges: data.ranges, samplesPerEpoch: loopRun.sampleCount,
      seed: context.seed, stage: context.stage)
    let validator =
      data.validation.isEmpty
      ? nil
      : ScanValidator(
        data.validation, try ScanJudge(card: card, network: network, parameters: weights), targets: targets,
        score: task.score)
    var configuration = loopRun.configuration(loss: task.loss)
    configuration.scoresStart = isTuned
    let loop = try TrainingLoop(
      network, parameters: weights, schedule: schedule, configuration: configuration,
      source: ScanSource(images: images, targets: targets), validator: validator,
      observer: loopRun.reporter(images.tally))
    try loopRun.run(loop, weights) {
      var card = card
      (card.epoch, card.steps) = (loop.best?.epoch ?? loop.rows.count, loop.stepsDone)
      return try card.metadata()
    }
  }
}
