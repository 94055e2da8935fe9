import Datasets
import Foundation
import Jobs
import Networks
import Pipelines
import Training
import Volumes

/// Transfer learning: goes on from a trained network, part of it begun anew for the classes of another data set.
struct FineTuneStage: Stage {
  static let kind = "fine-tune"
  static let version = 5
  static let summary = "goes on from a trained U-Net: keeps one part, begins the other anew for new classes"
  static let inputs = [
    StageInput(.dataset), StageInput(.split), StageInput(.model, isRequired: false),
    StageInput(.transform, isRequired: false),
  ]
  static let outputs = TrainingRun.outputs
  static let links = TrainingRun.links
  static var settings: [String: String] { Kernels.settings }

  private let training: TrainingParameters
  private let weights: URL?
  private let reinitialised: Reinitialised
  private let trainable: Trainable
  private let sliceAxis: BodyAxis?

  /// What is begun anew (part 2); the rest is kept (part 1).
  private enum Reinitialised: String, CaseIterable {
    /// Only the last 1x1 convolution.
    case head
    /// The way up and the last convolution.
    case decoder

    var parts: [UNetPart] { self == .head ? [.head] : [.decoder, .head] }
  }

  /// What is trained.
  private enum Trainable: String, CaseIterable {
    /// What was begun anew.
    case reinitialised
    /// Everything.
    case all
  }

  init(_ parameters: ParameterReader) throws {
    parameters.alias("reinitialize", of: "reinitialise")
    weights = try parameters.optionalURL("weights")
    reinitialised = try parameters.choice("reinitialise", default: .head)
    trainable = try parameters.choice("trainable", default: .all)
    sliceAxis = try parameters.optionalChoice("slice_axis", aliases: BodyAxis.planes)
    training = try TrainingParameters(parameters, learningRate: 5e-4, epochs: 10)
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
    try TrainingRun.check(context)
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if TrainingRun.isComplete(context) { return .done }
    let source = try weights ?? context.input(.model)
    let (file, card) = try TrainedModel.read(source)
    if let weights { try context.check([weights]) }
    let parts = reinitialised.parts
    let isTrainable = { (name: String) in trainable == .all || parts.contains { $0.contains(name) } }
    let run = try TrainingRun(
      context, training, sliceAxis: sliceAxis ?? card.sliceAxis, network: card.network, choosesNetwork: false,
      isTrainable: isTrainable)
    guard run.channels == card.network.inputChannels else {
      throw JobError.scanDoesNotFit(
        file: source.path, expected: "\(card.network.inputChannels) channels", found: "\(run.channels)")
    }
    var configuration = card.network
    configuration.classes = run.classes.count
    let network = try configuration.network()
    let parameters = try network.makeParameters()
    let report = try WeightTransfer.transfer(
      from: file, fileName: source.path, to: network, parameters: parameters, reinitialising: reinitialised.parts,
      seed: context.seed, stage: context.stage)
    context.log.info(
      "kept \(report.kept.count) arrays of weights, began \(report.reinitialised.count) anew "
        + "(\(reinitialised.rawValue)); \(trainable == .all ? "all are trained" : "the kept ones stay as they are"), "
        + run.slices)
    try run.train(network, parameters, configuration: configuration, isTrainable: isTrainable)
    return .done
  }
}
