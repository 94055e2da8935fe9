import Datasets
import Jobs
import Networks
import Training

/// What a segmentation learns of whole scans beside its labels, for the cases of a training.
struct SharedLearning {
  let targets: ScanTargets
  let head: ScanHead
  private let shared: SharedTask

  /// - Throws: As `ScanTargets.init`.
  init(_ shared: SharedTask, data: TrainingData, stage: String) throws {
    self.shared = shared
    targets = try ScanTargets(
      shared.task.target, training: data.training.map(\.id), validation: data.validation.map(\.id), stage: stage)
    head = shared.task.head.fitted(outputs: targets.outputs, window: data.plan.window)
  }

  /// The term of the loss.
  var term: LossTerms.Term { shared.term }
  /// What the score on the validation part is called.
  var score: ScoreName { shared.task.score }
  /// What is learnt, for people.
  var description: String { targets.description(shared.task.target.name) + ", weight \(significant(shared.weight))" }

  /// The card of the model as one that judges whole scans.
  func card(plan: NetworkPlan, reading: ScanReading, stage: String) -> ScanCard {
    ScanCard(
      network: plan.configuration, head: head, column: shared.task.target.name, outcome: targets.outcome,
      reading: reading, preparation: plan.preparation, window: plan.window, stage: stage)
  }
}
