import Datasets
import Files
import Foundation
import Jobs
import Networks
import Pipelines
import Training
import Volumes

/// The stage `pretrain`: trains the blocks of a U-Net on images alone; `fine-tune` starts from its model.
struct PretrainStage: Stage {
  static let kind = "pretrain"
  static let version = 1
  static let summary = "trains a U-Net on images without labels, as a start for fine-tune"
  static let inputs = [
    StageInput(.dataset), StageInput(.split, isRequired: false), StageInput(.transform, isRequired: false),
  ]
  static let outputs = TrainingRun.outputs
  static let links = TrainingRun.links + [StageLink(path: sheetName, publishedAs: sheetName)]
  static var settings: [String: String] { Kernels.settings }
  static let restoresOtherFiles = false
  static let cacheFolders = [PreparedStore.folderName]

  static let sheetName = "reconstructions.png"

  private let task: PretextTask
  private let training: TrainingParameters
  private let request: NetworkPlan.Request

  init(_ parameters: ParameterReader) throws {
    task = try PretextTask(parameters)
    request = try TrainStage.request(parameters, allowsContext: false)
    training = try TrainingParameters(
      parameters, epochs: 20, dimensions: request.network.dimensions, loss: task.loss)
    if case .relativePatches = task, training.patch == nil, !parameters.wasRefused("patch") {
      try parameters.refuse(
        "patch",
        expected: "the size of a patch with task: relative_patches, such as "
          + (request.network.dimensions == 3 ? "[16, 16, 16]" : "[32, 32]")
          + ", of which two fit side by side into a scan")
    }
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try context.requireCases(in: .train)
    return Forecast(
      .model,
      ModelForecast(network: request.network.dimensions == 3 ? nil : request.network, segments: false))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    if try TrainingRun.isComplete(context, training) { return .done }
    var request = request
    request.patch = training.patch
    let data = try TrainingData(
      context, training,
      .init(network: request, task: task.networkTask, choosesNetwork: true, needsLabels: false),
      isTrainable: { _ in true })
    let network = try data.plan.configuration.network(for: task.networkTask)
    let parameters = try network.makeParameters(remedy: "use fewer base_channels or a smaller depth")
    network.initialise(parameters, seed: context.seed, stage: context.stage)
    context.log.info("\(network.layout.parameterCount) parameters, \(data.plan.view)")
    try Pretraining(context: context, task: task, training: training, data: data).run(network, parameters)
    return .done
  }
}
