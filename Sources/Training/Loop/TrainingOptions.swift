import Configurations

/// What can be set of a training by single numbers: its batches, its length, and what happens between gradient and weights.
public struct TrainingOptions: Configuration {
  /// Samples a step; at least 1.
  public var batch = 16
  /// Passes over the samples, which the schedule spans; at least 1. Nil: as many as `steps` take, or as `minutes` allow
  /// by the time of the first.
  public var epochs: Int? = 20
  /// The most steps; at least 1. Nil: all of the epochs.
  public var steps: Int?
  /// A budget of wall time in minutes, validation included; above 0. The training ends after the first step with which
  /// it is used up, but for the time that the last validation took. Nil: none.
  public var minutes: Double?
  /// The norm that longer gradients are shortened to; above 0. Nil: none is.
  public var gradientClipping: Double?
  /// The decay of the moving average of the weights; above 0, below 1. Nil: there is none.
  public var weightAveraging: Double?

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<TrainingOptions>] = [
    .count(
      "batch", \.batch, .within(1...4096),
      "number of windows in a step; `batch_size` is another name. The default in 3-D is 2"),
    .optionalCount(
      "epochs", \.epochs, .within(1...mostEpochs),
      "number of epochs; `fine-tune`: 10. If only `steps` or `minutes` is given, it follows from these"),
    .optionalCount(
      "steps", \.steps, .within(1...1_000_000_000), "number of steps at most: the training also ends within an epoch"),
    .optionalNumber("minutes", \.minutes, .above(0, atMost: 1_000_000), "wall time at most, validation included"),
    .optionalNumber(
      "gradient_clipping", \.gradientClipping, .above(0), "longer gradients are shortened to this norm"),
    .optionalNumber(
      "weight_averaging", \.weightAveraging, .above(0, below: 1),
      "decay of a moving average of the weights, such as 0.999"),
  ]

  static let mostEpochs = 1_000_000_000

  /// Makes the options of the defaults.
  public init() {}

  /// Makes options of a length in epochs; nil: it follows from `steps`.
  public init(batch: Int, epochs: Int?) { (self.batch, self.epochs) = (batch, epochs) }
}
