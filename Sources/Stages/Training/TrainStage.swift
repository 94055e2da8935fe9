import Foundation
import Jobs
import Networks
import Pipelines
import Volumes

/// The stage `train`: trains a U-Net from random weights.
struct TrainStage: Stage {
  static let kind = "train"
  static let version = 7
  static let summary = "trains a U-Net and validates it after each epoch"
  static let inputs = [StageInput(.dataset), StageInput(.split), StageInput(.transform, isRequired: false)]
  static let outputs = TrainingRun.outputs
  static let links = TrainingRun.links
  static var settings: [String: String] { Kernels.settings }
  static let restoresOtherFiles = false
  static let cacheFolders = [PreparedStore.folderName]

  private let training: TrainingParameters
  private let request: NetworkPlan.Request

  private enum NetworkKind: String, CaseIterable { case unet }

  init(_ parameters: ParameterReader) throws {
    var request = try Self.request(parameters)
    training = try TrainingParameters(parameters, epochs: 20, dimensions: request.network.dimensions)
    request.patch = training.patch
    self.request = request
  }

  /// Reads the key `network`: what a network that begins with random weights sees, and its shape.
  ///
  /// - Parameter allowsContext: Whether slices may be seen with their neighbours.
  static func request(_ parameters: ParameterReader, allowsContext: Bool = true) throws -> NetworkPlan.Request {
    let network = try parameters.nested("network")
    _ = try network.choice("kind", default: NetworkKind.unet)
    let dimensions = try network.int("dimensions", default: 2, in: .within(2...3))
    let axis =
      dimensions == 3
      ? try network.optionalChoice("slice_axis", aliases: BodyAxis.planes)
      : try network.choice("slice_axis", aliases: BodyAxis.planes, default: .superior)
    var context = 0
    if allowsContext {
      context = try network.value(
        "slice_context", .int(in: .within(0...ModelCard.mostContext)), default: 0, absent: .int(0))
      if dimensions == 3, context > 0 {
        try network.refuse(
          "slice_context", expected: "none with dimensions: 3, which sees the neighbouring slices anyway",
          comparedWith: ["dimensions"])
      }
    }
    var defaults = UNetConfiguration()
    defaults.dimensions = dimensions
    if dimensions == 3 { (defaults.baseChannels, defaults.maxChannels) = (16, 320) }
    let configuration = try network.configuration(defaults, without: ["dimensions"])
    return NetworkPlan.Request(
      network: configuration, isFromFile: true, axis: axis, context: context, patch: nil, modelWindow: nil)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try training.check(context)
    // How deep a 3-D network can be follows from the data.
    return Forecast(.model, ModelForecast(network: request.network.dimensions == 3 ? nil : request.network))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if try TrainingRun.isComplete(context, training) { return .done }
    let run = try TrainingRun(context, training, request, choosesNetwork: true, isTrainable: { _ in true })
    let network = try run.plan.configuration.network()
    let parameters = try network.makeParameters(remedy: "use fewer base_channels or a smaller depth")
    network.initialise(parameters, seed: context.seed, stage: context.stage)
    context.log.info("U-Net with \(network.layout.parameterCount) parameters, \(run.plan.view)")
    try run.train(network, parameters)
    return .done
  }
}
