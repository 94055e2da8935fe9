import Datasets
import Foundation
import Jobs
import Networks
import Pipelines
import Training
import Volumes

/// The stage `fine-tune`: continues training from an existing model; the head or the decoder is reinitialised.
struct FineTuneStage: Stage {
  static let kind = "fine-tune"
  static let version = 6
  static let summary = "continues training from an existing U-Net; reinitialises the head or the decoder"
  static let inputs = [
    StageInput(.dataset), StageInput(.split), StageInput(.model, isRequired: false),
    StageInput(.transform, isRequired: false),
  ]
  static let outputs = TrainingRun.outputs
  static let links = TrainingRun.links
  static var settings: [String: String] { Kernels.settings }
  static let restoresOtherFiles = false
  static let cacheFolders = [PreparedStore.folderName]

  private let training: TrainingParameters
  private let weights: URL?
  private let reinitialised: Reinitialised
  private let trainable: Trainable
  private let sliceAxis: BodyAxis?

  /// The part that is reinitialised; the rest is kept.
  private enum Reinitialised: String, CaseIterable {
    /// Only the last 1x1 convolution.
    case head
    /// The decoder and the last convolution.
    case decoder
    /// Nothing: the training of the same classes goes on.
    case none

    var parts: [UNetPart] {
      switch self {
      case .head: [.head]
      case .decoder: [.decoder, .head]
      case .none: []
      }
    }
  }

  /// The part that is trained.
  private enum Trainable: String, CaseIterable {
    /// Only the reinitialised part.
    case reinitialised
    /// Everything.
    case all
  }

  init(_ parameters: ParameterReader) throws {
    parameters.alias("reinitialize", of: "reinitialise")
    weights = try parameters.optionalURL("weights")
    reinitialised = try parameters.choice("reinitialise", default: .head)
    trainable = try parameters.choice("trainable", default: .all)
    if reinitialised == .none, trainable == .reinitialised {
      try parameters.refuse(
        "trainable", expected: "all with reinitialise: none, which leaves nothing else to train",
        comparedWith: ["reinitialise"])
    }
    sliceAxis = try parameters.optionalChoice("slice_axis", aliases: BodyAxis.planes)
    training = try TrainingParameters(parameters, rateFactor: 0.5, epochs: 10, dimensions: nil)
  }

  var neededInputs: [StageInput] {
    Self.inputs.compactMap { input in
      guard input.type == .model else { return input }
      return weights == nil ? StageInput(.model) : nil
    }
  }

  func externalFiles() throws -> [ExternalFile] {
    guard let weights else { return [] }
    _ = try TrainedModel.read(weights)
    return [ExternalFile(weights, role: "weights")]
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try training.check(context)
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if try TrainingRun.isComplete(context, training) { return .done }
    let source = try weights ?? context.input(.model)
    let (file, card) = try TrainedModel.read(source)
    if let weights { try context.check([weights]) }
    let parts = reinitialised.parts
    let isTrainable = { (name: String) in trainable == .all || parts.contains { $0.contains(name) } }
    let training = training.suiting(dimensions: card.network.dimensions)
    let request = NetworkPlan.Request(
      network: card.network, isFromFile: false, axis: sliceAxis ?? card.sliceAxis,
      context: card.sliceContext, patch: training.patch, modelWindow: card.window)
    let run = try TrainingRun(context, training, request, choosesNetwork: false, isTrainable: isTrainable)
    guard run.channels == card.scanChannels else {
      throw JobError.scanDoesNotFit(
        file: source.path, expected: "a data set of \(card.scanChannels) channels, as in this model",
        found: "\(run.channels)")
    }
    guard reinitialised != .none || run.classes.names == card.classes.names else {
      throw StageError.otherClasses(stage: context.stage, model: card.classes.names, data: run.classes.names)
    }
    let network = try run.plan.configuration.network()
    let parameters = try network.makeParameters()
    let report = try WeightTransfer.transfer(
      from: file, fileName: source.path, to: network, parameters: parameters, reinitialising: reinitialised.parts,
      seed: context.seed, stage: context.stage)
    context.log.info(
      "\(report.kept.count) weight arrays kept, \(report.reinitialised.count) reinitialised "
        + "(\(reinitialised.rawValue)); "
        + (trainable == .all ? "all are trained, " : "only the reinitialised ones are trained, ")
        + run.plan.view)
    try run.train(network, parameters, isTrainable: isTrainable)
    return .done
  }
}
