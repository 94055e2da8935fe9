import Configurations
import Foundation

/// The learning rate is multiplied by a factor every so many epochs.
/// Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 3.4.
public struct StepSchedule: ScheduleConfiguration {
  /// `step`.
  public static let name = "step"

  /// The epochs from one change to the next.
  public var every = 10
  /// What the learning rate is multiplied by.
  public var factor = 0.1
  /// The epochs of the warm-up.
  public var warmUp = 0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<StepSchedule>] = [
    .count("every", \.every, .within(1...100_000), "epochs from one change to the next"),
    .number("factor", \.factor, .above(0, below: 1), "what the learning rate is multiplied by at each change"),
    .warmUp(\.warmUp),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// `every`.
  public var reach: (key: String, epochs: Int)? { ("every", every) }

  /// The factor to the power of the changes so far.
  public func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double {
    max(pow(factor, Double(Int(epoch) / every)), .leastNormalMagnitude)
  }
}
