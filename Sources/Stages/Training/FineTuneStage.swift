import Datasets
import Files
import Foundation
import Jobs
import Networks
import Pipelines
import Training
import Volumes

/// The stage `fine-tune`: continues training from an existing model, which is cut in two: part 1 is kept, part 2 is new.
struct FineTuneStage: Stage {
  static let kind = "fine-tune"
  static let version = 7
  static let summary = "continues training from an existing U-Net; keeps it up to a cut, initialises the rest"
  static let inputs = [
    StageInput(.dataset), StageInput(.split), StageInput(.model, isRequired: false),
    StageInput(.transform, isRequired: false),
  ]
  static let outputs = TrainingRun.outputs
  static let links = TrainingRun.links + [StageLink(path: TransferTable.fileName, publishedAs: TransferTable.fileName)]
  static var settings: [String: String] { Kernels.settings }
  static let restoresOtherFiles = false
  static let cacheFolders = [PreparedStore.folderName]

  private let training: TrainingParameters
  private let transfer: TransferParameters
  private let weights: URL?
  private let sliceAxis: BodyAxis?
  /// What is said of whole scans; nil: they are segmented.
  private let scan: ScanTask?
  /// What is learnt of whole scans beside the segmentation.
  private let also: SharedTask?

  init(_ parameters: ParameterReader) throws {
    weights = try parameters.optionalURL("weights")
    scan = try ScanTask(parameters, body: .encoder)
    also = try SharedTask(parameters, segments: scan == nil)
    transfer = try TransferParameters(parameters, defaultCut: scan == nil ? .head : .encoder)
    sliceAxis = try parameters.optionalChoice("slice_axis", aliases: BodyAxis.planes)
    training = try TrainingParameters(
      parameters, rateFactor: 0.5, epochs: 10, dimensions: nil, loss: scan?.loss)
    if let last = transfer.lastThaw, let epochs = training.mostEpochs, last > epochs,
      !["epochs", "steps"].contains(where: parameters.wasRefused)
    {
      try parameters.refuse(
        "unfreeze", expected: "epochs of the training, at most \(epochs)", found: "\(last)", comparedWith: ["epochs"])
    }
    if scan != nil, ![.encoder].contains(transfer.transfer.cut), !transfer.transfer.cut.name.hasPrefix("encoder.") {
      try parameters.refuse(
        "cut", expected: "encoder, or a block of it, with task: classify or regress", comparedWith: ["task"])
    }
  }

  var neededInputs: [StageInput] {
    Self.inputs.compactMap { input in
      guard input.type == .model else { return input }
      return weights == nil ? StageInput(.model) : nil
    }
  }

  func externalFiles() throws -> [ExternalFile] {
    let targets = try (scan ?? also?.task)?.target.externalFiles() ?? []
    guard let weights else { return targets }
    _ = try StartingModel(contentsOf: weights)
    return [ExternalFile(weights, role: "weights")] + targets
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    if scan == nil { try training.check(context) } else { try context.requireCases(in: .train) }
    try (scan ?? also?.task)?.target.check(context)
    let known: ModelForecast? = context.inputs.value(.model)
    if transfer.transfer.cut == .whole, let known, !known.segments {
      throw StageError.segmentsNothing(
        stage: context.stage, what: "cut: whole keeps the head of the model, which does not segment",
        remedy: "use cut: head, or cut: encoder")
    }
    if let model = try weights.map({ try StartingModel(contentsOf: $0).network }) ?? known?.network {
      _ = try transfer.network(for: model, file: weights?.path ?? "model")
    }
    return Forecast(.model, ModelForecast(network: nil, judgesScans: scan != nil || also != nil, segments: scan == nil))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if try TrainingRun.isComplete(context, training) { return .done }
    let source = try weights ?? context.input(.model)
    let model = try StartingModel(contentsOf: source)
    if let weights { try context.check([weights]) }
    let (configuration, isOther) = try transfer.network(for: model.network, file: source.path)
    let training = training.suiting(dimensions: configuration.dimensions)
    let request = NetworkPlan.Request(
      network: configuration, isFromFile: isOther, axis: sliceAxis ?? model.sliceAxis,
      context: configuration.dimensions == 3 || scan != nil || also != nil ? 0 : model.sliceContext,
      patch: training.patch,
      modelWindow: isOther ? nil : model.window)
    if let scan {
      try ScanTraining(context: context, task: scan, training: training).run(
        request, start: .init(model: model, file: source.path, parameters: transfer))
      return .done
    }
    let expected = try transfer.schedule(depth: configuration.depth)
    let run = try TrainingRun(
      context, training, request, choosesNetwork: false, also: also, isTrainable: expected.isEverTrained)
    guard run.channels == model.scanChannels || transfer.transfer.channels != nil else {
      throw TransferError.otherChannels(file: source.path, model: model.scanChannels, data: run.channels)
    }
    guard transfer.transfer.cut != .whole || run.classes.names == model.classes?.names else {
      throw StageError.otherClasses(
        stage: context.stage, model: model.classes?.names ?? [], data: run.classes.names)
    }
    let network = try run.network()
    let parameters = try network.makeParameters()
    let depth = run.plan.configuration.depth
    let table = TransferTable(
      rows: try transfer.transfer.apply(
        model.weights, fileName: source.path, to: network, depth: depth, parameters: parameters, seed: context.seed,
        stage: context.stage))
    try AtomicFile.write(Data(table.csv.utf8), to: context.folder.appending(path: TransferTable.fileName))
    context.log.info("cut \(transfer.transfer.cut.name): \(table.summary)")
    context.log.info("\(transfer.summary); \(run.plan.view)")
    let new = table.rows.filter { $0.outcome == .initialised }.map(\.name)
    let inFirstPart = try transfer.transfer.newInFirstPart(table.rows, depth: depth)
    if inFirstPart > 0 {
      context.log.warning(
        "\(counted(inFirstPart, "parameter")) of part 1 are not in the model: they start at random, and are trained from the start; "
          + "see transfer.csv")
    }
    try run.train(network, parameters, schedule: transfer.schedule(depth: depth, new: new), scoresStart: true)
    return .done
  }
}
