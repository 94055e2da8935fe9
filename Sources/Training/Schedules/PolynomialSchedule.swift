import Configurations
import Foundation

/// The learning rate falls as (1 - epoch / epochs)^power.
/// Source: Chen et al., "DeepLab", TPAMI 40(4), 2018, section 4.1.
public struct PolynomialSchedule: ScheduleConfiguration {
  /// `polynomial`.
  public static let name = "polynomial"

  /// The exponent; 1 gives a straight line.
  public var power = 0.9
  /// How often it changes.
  public var interval = ScheduleInterval.epoch
  /// The epochs of the warm-up.
  public var warmUp = 0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<PolynomialSchedule>] = [
    .number("power", \.power, .above(0, atMost: 10), absent: 0.9, "exponent; with 1 the learning rate falls linearly"),
    .interval(\.interval),
    .warmUp(\.warmUp),
  ]

  /// Makes the paper's schedule.
  public init() {}

  /// As `interval` says.
  public var isByStep: Bool { interval == .step }

  /// (1 - epoch / epochs)^power.
  public func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double {
    pow(1 - epoch / Double(epochs), power)
  }
}
