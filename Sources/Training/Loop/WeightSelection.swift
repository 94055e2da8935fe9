import Networks

/// Scores the weights of a training after each epoch, and keeps the best: the raw ones, or their average where that is
/// better.
final class WeightSelection {
  /// The best weights so far; zeros before the first score.
  let best: ParameterBuffer
  /// The moving average of the weights; nil: none is wanted.
  let average: WeightAverage?
  private let parameters: ParameterBuffer
  private let validator: (any Validator)?

  /// - Parameters:
  ///   - parameters: The weights that are trained, which the validator scores.
  ///   - decay: Of the moving average; nil: none.
  init(of parameters: ParameterBuffer, validator: (any Validator)?, averagingBy decay: Double?) {
    self.parameters = parameters
    self.validator = validator
    best = ParameterBuffer(parameters.layout)
    average = decay.map { WeightAverage(decay: $0, layout: parameters.layout) }
  }

  /// Its memory, by the names that a checkpoint stores it under.
  var state: [String: ParameterBuffer] {
    var state = ["best": best]
    if let average { state["average"] = average.values }
    return state
  }

  /// Scores the weights after an epoch (from 0), and their average, whose numbers become further columns; nil without
  /// a validator.
  ///
  /// - Parameter current: The best epoch so far; replaced where a score is better. Of equals the earlier stays, and of
  ///   the two of one epoch the raw weights.
  /// - Throws: What the validator throws.
  func score(epoch: Int, best current: inout TrainingCheckpoint.Best?) throws -> Score? {
    guard let validator else { return nil }
    var score = try validator.score()
    offer(score, epoch: epoch, isAveraged: false, to: &current)
    guard let average else { return score }
    try average.inPlace(of: parameters) {
      let averaged = try validator.score()
      offer(averaged, epoch: epoch, isAveraged: true, to: &current)
      score.columns += [
        Score.Column(name: "averaged_weights_\(validator.primaryName)", value: averaged.primary),
        Score.Column(name: "averaged_weights_val_loss", value: averaged.loss.flatMap { $0.isFinite ? $0 : nil }),
      ]
    }
    return score
  }

  private func offer(_ score: Score, epoch: Int, isAveraged: Bool, to current: inout TrainingCheckpoint.Best?) {
    guard score.primary != nil || score.loss != nil, score.loss?.isFinite ?? true else { return }
    let candidate = TrainingCheckpoint.Best(
      epoch: epoch, score: score.primary, loss: score.loss, isAveraged: isAveraged ? true : nil)
    guard candidate.isBetter(than: current) else { return }
    current = candidate
    best.copy(from: parameters)
  }

  /// Makes the parameters those that are kept: the best ones; without a score the average, or the last ones.
  func keep(isScored: Bool) {
    if isScored {
      parameters.copy(from: best)
    } else if let average {
      parameters.copy(from: average.values)
    }
  }
}
