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
  /// What is said of whole scans; nil: they are segmented.
  private let scan: ScanTask?
  /// What is learnt of whole scans beside the segmentation.
  private let also: SharedTask?

  private enum NetworkKind: String, CaseIterable {
    case unet, lenet
    /// Dense layers on the voxels alone.
    case perceptron
  }

  init(_ parameters: ParameterReader) throws {
    var request = try Self.request(parameters, judgesScans: ScanTask.isChosen(parameters))
    let network = try parameters.nested("network")
    let kind: NetworkKind = try network.choice("kind", default: .unet)
    var body = ScanHead.Body.encoder
    if kind == .lenet {
      body = .lenet(channels: try network.optionalInts("channels", in: .within(1...1024), count: 1...6) ?? [6, 16])
    }
    if kind == .perceptron { body = .voxels }
    scan = try ScanTask(parameters, body: body)
    also = try SharedTask(parameters, segments: scan == nil)
    if scan == nil, kind != .unet {
      try network.refuse(
        "kind", expected: "unet, since \(kind.rawValue) judges whole scans: add task: classify or regress")
    }
    if scan != nil || also != nil, request.context > 0 {
      try network.refuse("slice_context", expected: "none with a class or number of the whole scan")
    }
    training = try TrainingParameters(
      parameters, epochs: 20, dimensions: request.network.dimensions, loss: scan?.loss)
    request.patch = training.patch
    self.request = request
  }

  /// Reads the key `network`: what a network that begins with random weights sees, and its shape.
  ///
  /// - Parameters:
  ///   - allowsContext: Whether slices may be seen with their neighbours.
  ///   - judgesScans: Whether the network judges whole scans.
  static func request(
    _ parameters: ParameterReader, allowsContext: Bool = true, judgesScans: Bool = false
  ) throws -> NetworkPlan.Request {
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
    // With instance normalisation the mean of a channel is about the same in all scans.
    if judgesScans { defaults.normalisation = .batch }
    if dimensions == 3 { (defaults.baseChannels, defaults.maxChannels) = (16, 320) }
    let configuration = try network.configuration(defaults, without: ["dimensions"])
    return NetworkPlan.Request(
      network: configuration, isFromFile: true, axis: axis, context: context, patch: nil, modelWindow: nil)
  }

  func externalFiles() throws -> [ExternalFile] { try (scan ?? also?.task)?.target.externalFiles() ?? [] }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    if scan == nil { try training.check(context) } else { try context.requireCases(in: .train) }
    try (scan ?? also?.task)?.target.check(context)
    // How deep a 3-D network can be follows from the data.
    return Forecast(
      .model,
      ModelForecast(
        network: request.network.dimensions == 3 ? nil : request.network, judgesScans: scan != nil || also != nil,
        segments: scan == nil))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if try TrainingRun.isComplete(context, training) { return .done }
    if let scan {
      try ScanTraining(context: context, task: scan, training: training).run(request)
      return .done
    }
    let run = try TrainingRun(
      context, training, request, choosesNetwork: true, also: also, isTrainable: { _ in true })
    let network = try run.network()
    let parameters = try network.makeParameters(remedy: "use fewer base_channels or a smaller depth")
    network.initialise(parameters, seed: context.seed, stage: context.stage)
    context.log.info("U-Net with \(network.layout.parameterCount) parameters, \(run.plan.view)")
    try run.train(network, parameters)
    return .done
  }
}
