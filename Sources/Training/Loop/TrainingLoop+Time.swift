import Foundation

// The budget of time of a training, and what is left of it.

extension TrainingLoop {
  /// Ends the training after this step where its budget of time is used up, but for so many seconds.
  func endWhereTimeIsOver(reserving seconds: Double) {
    guard state.endedAfterSteps == nil, let minutes = configuration.options.minutes,
      state.allSeconds + seconds >= minutes * 60
    else { return }
    state.endedAfterSteps = state.optimiserStep
  }

  /// Where only a budget of time says how long the training is: plans, after the first epoch, how many the schedule spans.
  func planEpochs(ofSeconds seconds: Double) {
    guard length.isOpen, let minutes = configuration.options.minutes else { return }
    let allowed = min(Double(TrainingOptions.mostEpochs), minutes * 60 / max(seconds, 1e-6))
    state.plannedEpochs = max(configuration.schedule.leastEpochs, Int(allowed))
  }

  var progress: StepProgress {
    let done = length.stepsDone(epoch: state.epoch, step: state.step)
    let left =
      length.isOpen
      ? .infinity : done > 2 ? state.allSeconds / Double(done) * Double(length.steps - done) : nil
    let budget = configuration.options.minutes.map { $0 * 60 } ?? .infinity
    return StepProgress(
      epoch: state.epoch, epochs: length.isOpen ? nil : length.epochs, step: state.step,
      steps: length.steps(ofEpoch: state.epoch),
      share: min(1, max(length.isOpen ? 0 : Double(done) / Double(length.steps), state.allSeconds / budget)),
      loss: state.loss.mean,
      secondsLeft: left.map { min($0, max(0, budget - state.allSeconds)) })
  }
}
