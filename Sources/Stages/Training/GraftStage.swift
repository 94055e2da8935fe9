import Files
import Foundation
import Jobs
import Networks
import Pipelines
import Training

/// The stage `graft`: joins part 1 of one model and part 2 of another, such as a fine-tuned network and the head of its old
/// task, whose score then says what the network has forgotten.
struct GraftStage: Stage {
  static let kind = "graft"
  static let version = 1
  static let summary = "joins the network of one model up to a cut with the rest of another, such as an old head"
  static let inputs = [StageInput(.model, takesSeveral: true)]
  static let outputs = [StageOutput(.model, path: TrainingModels.name)]

  private let cut: CutPoint

  init(_ parameters: ParameterReader) throws {
    cut = try parameters.value(
      "cut",
      .parsed("head, encoder, or the last block of part 1, such as encoder.2 or decoder.1") {
        CutPoint($0).flatMap { $0 == .whole ? nil : $0 }
      }, default: .head)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let sources = context.sources(of: .model)
    guard sources.count == 2 else {
      throw StageError.notTwoModels(stage: context.stage, found: sources.map(\.name))
    }
    return Forecast(.model, ModelForecast(network: nil))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let models = context.all(.model)
    let (first, second) = (try StartingModel(contentsOf: models[0].url), try TrainedModel.read(models[1].url))
    var network = second.card.network
    network.classes = first.network.classes
    network.hasDeepSupervision = first.network.hasDeepSupervision
    let names = [models[0].name, models[1].name]
    guard network == first.network else {
      throw StageError.otherNetworks(
        stage: context.stage, models: names, what: "network (its shape, activation or sampling)")
    }
    guard first.preparation.map({ $0 == second.card.preparation }) ?? true else {
      throw StageError.otherNetworks(stage: context.stage, models: names, what: "normalisation, spacing or slice axis")
    }
    let blocks = try cut.firstPart(depth: second.card.network.depth).map { $0 + "." }
    var file = second.weights
    for (name, array) in second.weights.arrays where blocks.contains(where: name.hasPrefix) {
      guard let other = first.weights.arrays[name], other.shape == array.shape else {
        throw NetworkError.shapeMismatch(
          file: models[0].url.path, name: name, expected: array.shape,
          found: first.weights.arrays[name]?.shape ?? [])
      }
      file.arrays[name] = other
    }
    var card = second.card
    card.stage = context.stage
    card.validationDice = nil
    file.metadata.merge(try card.metadata()) { _, new in new }
    try AtomicFile.write(file.encoded(), to: context.folder.appending(path: TrainingModels.name))
    context.log.info("\(models[0].name) up to the cut \(cut.name), the rest of \(models[1].name)")
    return .done
  }
}
