import Configurations

/// How the learning rate changes during a training: a warm-up, then a curve over the epochs.
///
/// The warm-up acts by step: over its epochs the learning rate grows linearly from nearly 0 to the first learning rate. The
/// curve begins after the warm-up. It acts by epoch, so that every step of an epoch has the same learning rate, unless
/// `isByStep`. A schedule has no state: what it depends on is in the rows of the progress table, and with them in the checkpoint.
/// Source of the warm-up: Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2.
public protocol ScheduleConfiguration: Configuration {
  /// Its name in pipeline files.
  static var name: String { get }
  /// The epochs of the warm-up; at least 0.
  var warmUp: Int { get }
  /// Whether the curve falls from step to step within the epochs.
  var isByStep: Bool { get }
  /// The key that says after how many epochs of the curve the learning rate first changes, and its value; nil for a curve
  /// that spans the training whatever its length.
  var reach: (key: String, epochs: Int)? { get }

  /// The share of the first learning rate that an epoch after the warm-up has; above 0, at most 1.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, counted from the end of the warm-up, from 0; with the share of its steps done, if `isByStep`.
  ///   - epochs: How many there are after the warm-up.
  ///   - history: The rows of all epochs so far, those of the warm-up among them.
  func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double
}

/// The schedules, the default one first.
public enum Schedules {
  /// By their names in pipeline files.
  public static let all: [any ScheduleConfiguration.Type] = [
    PolynomialSchedule.self, ConstantSchedule.self, CosineSchedule.self, StepSchedule.self, PlateauSchedule.self,
  ]
}

extension ScheduleConfiguration {
  /// No.
  public var isByStep: Bool { false }
  /// Nil.
  public var reach: (key: String, epochs: Int)? { nil }

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - initial: The first learning rate; above 0.
  ///   - epoch: The epoch, from 0.
  ///   - epochs: The number of epochs.
  ///   - step: The step in its epoch, from 0.
  ///   - steps: The number of steps in an epoch.
  ///   - history: The rows of the epochs before this one.
  public func learningRate(
    _ initial: Double, epoch: Int, of epochs: Int, step: Int, of steps: Int, history: [ProgressRow]
  ) -> Double {
    guard epoch >= warmUp else { return initial * Double(epoch * steps + step + 1) / Double(warmUp * steps) }
    let done = isByStep ? Double(step) / Double(steps) : 0
    return initial * share(epoch: Double(epoch - warmUp) + done, of: epochs - warmUp, history: history)
  }

  /// The fewest epochs of a training in which the schedule does anything.
  var leastEpochs: Int { warmUp + (reach?.epochs ?? 0) + 1 }

  /// Why it does not fit a training of so many epochs, if so: the training would end before the schedule does anything.
  public func problem(epochs: Int) -> ConfigurationProblem? {
    guard warmUp < epochs else {
      return ConfigurationProblem(
        key: "warm_up", expected: "fewer epochs than the training has (\(epochs))", found: "\(warmUp)")
    }
    guard let reach, reach.epochs >= epochs - warmUp else { return nil }
    let after = warmUp > 0 ? " after the warm-up" : ""
    return ConfigurationProblem(
      key: reach.key, expected: "fewer epochs than the training has\(after) (\(epochs - warmUp))",
      found: "\(reach.epochs)")
  }
}

/// How often the learning rate of a curve changes.
public enum ScheduleInterval: String, CaseIterable, Sendable {
  /// From epoch to epoch.
  case epoch
  /// From step to step.
  case step
}

extension ConfigurationKey where Root: ScheduleConfiguration {
  /// The key `by`.
  static func interval(_ place: Place<ScheduleInterval>) -> Self {
    .choice("by", place, absent: .epoch, "whether the learning rate falls from epoch to epoch or from step to step")
  }

  /// The key `warm_up`.
  static func warmUp(_ place: Place<Int>) -> Self {
    .count(
      "warm_up", place, .within(0...10_000), absent: 0,
      "epochs over which the learning rate first grows, step by step, to its full size")
  }
}
