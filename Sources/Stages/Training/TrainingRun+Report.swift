import Jobs
import Pipelines
import Training
import Volumes

// What the log says of a training as a whole.

extension TrainingRun {
  /// Warns of a validation part that cannot choose the best epoch as it should.
  func checkValidation() {
    let warn = { (text: String) in context.log.warning(text) }
    let labels = Set(validation.flatMap(\.facts.presentLabels))
    if validation.isEmpty {
      warn("no validation cases: the weights of the last epoch are kept")
    } else if labels.allSatisfy({ $0 == LabelMap.ignored }) {
      warn(
        "every pixel of the validation labels is ignored, so there is no score: the weights of the last epoch are kept")
    } else {
      if labels.allSatisfy({ $0 == 0 || $0 == LabelMap.ignored }) {
        warn(
          "the validation labels have no foreground: the Dice is 0 or undefined, and the lowest validation loss chooses the "
            + "best epoch; give the validation part cases with foreground")
      }
      return
    }
    if parameters.patience != nil { warn("patience has no effect without a validation score") }
  }

  /// Where a training goes on.
  static func resumption(
    _ position: (epoch: Int, step: Int, best: BestEpoch?), score: ScoreName = .dice
  ) -> String {
    "goes on in epoch \(position.epoch + 1) after \(counted(position.step, "step"))"
      + (position.best.map { "; best so far: epoch \($0.epoch)\(text(of: $0, score))" } ?? "")
  }

  /// Which weights a training keeps.
  static func weights(of loop: TrainingLoop, score: ScoreName = .dice) -> String {
    guard let best = loop.best else { return loop.keepsAverage ? "the averaged weights" : "the last weights" }
    return
      "the \(best.isAveraged ? "averaged weights" : "weights") of the best epoch \(best.epoch)\(text(of: best, score))"
  }

  private static func text(of best: BestEpoch, _ score: ScoreName) -> String {
    if let number = best.score { return " (validation \(score.title) \(decimals(number, 4)))" }
    return best.loss.map { " (validation loss \(decimals($0, 4)))" } ?? ""
  }

  /// How a training ended, which weights are kept, and how it can be repeated.
  func report(_ loop: TrainingLoop) {
    context.log.info(
      "ended after \(counted(loop.rows.count, "epoch")) (\(counted(loop.stepsDone, "step"))): \(reason(of: loop.end)); "
        + "\(Self.weights(of: loop)) are kept")
    if let start = loop.startScore, let best = loop.best?.score {
      let scores = "validation Dice \(decimals(start, 4)) before the first step, \(decimals(best, 4)) now"
      if best < start - Self.relevantDice {
        context.log.warning(
          "fine-tuning made the model worse: \(scores). Lower learning_rate, train longer, or keep more of the model")
      } else {
        context.log.info(scores)
      }
    }
    if loop.end == .minutes, let minutes = parameters.options.minutes {
      context.log.info(
        "to repeat this training of \(minutes) minutes, replace 'minutes' by 'steps: \(loop.stepsDone)' and "
          + "'epochs: \(loop.scheduledEpochs)'")
    } else if loop.isPlannedByTime {
      context.log.info(
        "the minutes allowed \(loop.scheduledEpochs) epochs, by the time of the first one; to repeat the training, replace "
          + "'minutes' by 'epochs: \(loop.scheduledEpochs)'")
    }
    if loop.rows.count <= parameters.schedule.warmUp {
      context.log.warning(
        "the training ended within the warm-up of its learning rate: shorten warm_up, or train longer")
    }
    if let score = loop.best?.score, score < Self.poorDice {
      context.log.warning(
        "the validation Dice of the best epoch is \(decimals(score, 4)): the network has hardly learnt the classes. Check that "
          + "images and labels belong together; then try another learning_rate, loss or more epochs")
    }
  }

  private static let poorDice = 0.05
  /// Smaller differences of the Dice are none.
  private static let relevantDice = 0.0005

  private func reason(of end: TrainingEnd) -> String {
    switch end {
    case .epochs where parameters.options.epochs == nil && parameters.options.steps != nil: "all steps are done"
    case .epochs: "all epochs are done"
    case .steps: "all steps are done"
    case .minutes: "the minutes are over"
    case .patience:
      "no better score in \(counted(parameters.patience?.epochs ?? 0, "epoch")) (patience)"
    }
  }
}
