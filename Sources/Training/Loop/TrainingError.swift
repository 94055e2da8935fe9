/// An error of a training.
public enum TrainingError: Error, Equatable, Sendable {
  /// The loss, or a weight, is no longer a finite number; the epoch counts from 0, the step from 1.
  case diverged(Divergence, epoch: Int, step: Int, learningRate: Double)
  /// A checkpoint does not belong to this training.
  case foreignCheckpoint(reason: String)
  /// A stop was requested; the checkpoint is saved.
  case stopped(epoch: Int, step: Int)
}

/// The value that is NaN or infinite in a training that diverged.
public enum Divergence: Hashable, Sendable {
  /// The training's loss.
  case loss
  /// The loss on the validation part.
  case validationLoss
  /// A parameter of the network.
  case weight(name: String)
}

extension Divergence: CustomStringConvertible {
  /// Such as `the training loss`.
  public var description: String {
    switch self {
    case .loss: "the training loss"
    case .validationLoss: "the validation loss"
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
        + "Lower learning_rate, and check for images with extreme values"
    case .foreignCheckpoint(let reason):
      "cannot resume from the training checkpoint: \(reason)"
    case .stopped(let epoch, let step):
      "stopped at epoch \(epoch + 1), step \(step); run the same command to resume"
    }
  }
}
