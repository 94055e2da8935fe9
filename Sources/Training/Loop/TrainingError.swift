import Configurations

/// An error of a training.
public enum TrainingError: Error, Equatable, Sendable {
  /// The loss, or a weight, is no longer a finite number; the epoch counts from 0, the step from 1.
  case diverged(Divergence, epoch: Int, step: Int, learningRate: Double)
  /// A checkpoint does not belong to this training.
  case foreignCheckpoint(reason: String)
  /// A stop was requested; the checkpoint is saved.
  case stopped(epoch: Int, step: Int)
  /// The schedule of the learning rate is longer than the training, whose epochs follow from its steps.
  case scheduleTooLong(ConfigurationProblem)
}

/// The value that is NaN or infinite in a training that diverged.
public enum Divergence: Hashable, Sendable {
  /// The training's loss, in the step of the samples of these names.
  case loss(samples: [String])
  /// The loss on the validation part, because of this case where it is known.
  case validationLoss(case: String?)
  /// A parameter of the network.
  case weight(name: String)
}

extension Divergence: CustomStringConvertible {
  /// Such as `the training loss`.
  public var description: String {
    switch self {
    case .loss(let samples):
      "the training loss of " + samples.prefix(8).joined(separator: ", ")
        + (samples.count > 8 ? " and \(samples.count - 8) more" : "")
    case .validationLoss(let name): "the validation loss" + (name.map { " of \($0)" } ?? "")
    case .weight(let name): "the parameter \(name)"
    }
  }
}

extension TrainingError: CustomStringConvertible {
  /// The message: problem, epoch and step, and what to do.
  public var description: String {
    switch self {
    case .diverged(let what, let epoch, let step, let learningRate):
      "the training diverged at epoch \(epoch + 1), step \(step): \(what) is NaN or infinite "
        + "(learning rate \(learningRate)). "
        + "Lower learning_rate, set gradient_clipping, and check for images with extreme values"
    case .foreignCheckpoint(let reason):
      "cannot resume from the training checkpoint: \(reason)"
    case .scheduleTooLong(let problem):
      "schedule.\(problem.key): expected \(problem.expected), found \(problem.found); "
        + "change it, or train more steps"
    case .stopped(let epoch, let step):
      "stopped at epoch \(epoch + 1), step \(step); run the same command to resume"
    }
  }
}
