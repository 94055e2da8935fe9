import Machine

/// How long a training is, in steps and epochs.
struct TrainingLength {
  /// The steps of an epoch; the last one has fewer where the number of steps is given.
  let stepsPerEpoch: Int
  /// The epochs that the schedule of the learning rate spans.
  let epochs: Int
  /// The most steps.
  let steps: Int

  /// Whether nothing but a budget of time says how many epochs there are, and none is planned yet: then it is one.
  let isOpen: Bool

  /// - Parameter plannedEpochs: Those that a budget of time allows; nil: not known yet, or not needed.
  init(_ options: TrainingOptions, plannedEpochs: Int?, stepsPerEpoch: Int) {
    self.stepsPerEpoch = stepsPerEpoch
    let needed = options.steps.map { ($0 - 1) / stepsPerEpoch + 1 }
    let known = options.epochs ?? needed ?? plannedEpochs
    isOpen = known == nil
    epochs = known ?? 1
    steps = min(options.steps ?? .max, ByteCount.product(epochs, stepsPerEpoch))
  }

  /// The number of steps of an epoch, from 0; at most 0 where the training has ended before.
  func steps(ofEpoch epoch: Int) -> Int { min(stepsPerEpoch, steps - epoch * stepsPerEpoch) }

  /// Whether the training has ended before an epoch, from 0.
  func isOver(atEpoch epoch: Int) -> Bool { steps(ofEpoch: epoch) <= 0 }

  /// The steps that are done at the beginning of an epoch's step.
  func stepsDone(epoch: Int, step: Int) -> Int { min(steps, epoch * stepsPerEpoch + step) }

  /// Whether a step is within a training of this length.
  ///
  /// - Parameters:
  ///   - stepsDone: All steps so far.
  ///   - ended: The steps after which its time was over; nil: it was not.
  func contains(epoch: Int, step: Int, stepsDone: Int, ended: Int?) -> Bool {
    guard (0...epochs).contains(epoch), (0...stepsPerEpoch).contains(step) else { return false }
    guard let ended else { return stepsDone == self.stepsDone(epoch: epoch, step: step) }
    return step == 0 && epoch > 0 && ended == stepsDone
      && ended > (epoch - 1) * stepsPerEpoch && ended <= self.stepsDone(epoch: epoch, step: 0)
  }
}
