import Networks

/// The source of the samples of a training.
///
/// Its results depend only on the arguments, not on the order of calls or on the thread.
public protocol SampleSource {
  /// The number of samples in an epoch; at least 1.
  var sampleCount: Int { get }
  /// The shape of one sample's image, of batch 1.
  var shape: Shape { get }

  /// Writes an image [channels, depth, height, width], stored channels-last, and its labels [depth, height, width].
  ///
  /// - Parameters:
  ///   - sample: which one, in 0..<`sampleCount`.
  ///   - epoch: the epoch, from 0.
  ///   - draw: the place in the epoch's order, from 0; with `epoch` it keys every random number.
  ///   - image: receives the image.
  ///   - labels: receives class indices, or `CrossEntropy.ignored`.
  func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>,
    labels: UnsafeMutableBufferPointer<UInt8>)
}

/// The scores of the weights on the validation part.
public struct ValidationScore: Sendable, Codable, Equatable {
  /// The mean cross-entropy a pixel; nil where all pixels are ignored.
  public var loss: Double?
  /// The mean over the foreground classes of their mean Dice over the cases; nil where no case has a foreground.
  public var meanForegroundDice: Double?

  /// Makes a score.
  public init(loss: Double?, meanForegroundDice: Double?) {
    self.loss = loss
    self.meanForegroundDice = meanForegroundDice
  }
}

/// The observer of a training: progress, checkpoints and requests to stop.
public protocol TrainingObserver {
  /// After each step.
  func didStep(_ progress: StepProgress)
  /// After each epoch, with the row that it adds to the progress table.
  ///
  /// - Parameter emptySteps: The steps since the start of the epoch, or of this attempt, in whose samples every pixel was
  ///   ignored: they have no loss.
  func didFinishEpoch(_ rows: [ProgressRow], emptySteps: Int) throws
  /// Saves a checkpoint atomically, for the next attempt.
  func save(_ checkpoint: TrainingCheckpoint) throws
  /// Whether a stop was requested; checked after each step.
  var isStopRequested: Bool { get }
}

/// The progress of a training.
public struct StepProgress: Sendable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The number of epochs.
  public var epochs: Int
  /// The steps done in this epoch.
  public var step: Int
  /// The steps of an epoch.
  public var steps: Int
  /// The mean loss of this epoch so far.
  public var loss: Double?
  /// The time that the rest will take, at the pace so far; nil at first.
  public var secondsLeft: Double?
}

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
