import Configurations
import Foundation

/// The learning rate falls along half a cosine, slowly at both ends.
/// Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, equation 5, without
/// restarts.
public struct CosineSchedule: ScheduleConfiguration {
  /// `cosine`.
  public static let name = "cosine"

  /// The share of the first learning rate that the curve ends at.
  public var finalShare = 0.0
  /// How often it changes.
  public var interval = ScheduleInterval.epoch
  /// The epochs of the warm-up.
  public var warmUp = 0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<CosineSchedule>] = [
    .number(
      "final_share", \.finalShare, .atLeast(0, below: 1), "share of the first learning rate that the curve ends at"),
    .interval(\.interval),
    .warmUp(\.warmUp),
  ]

  /// Makes a schedule that ends at 0.
  public init() {}

  /// As `interval` says.
  public var isByStep: Bool { interval == .step }

  /// Half a cosine from 1 to the final share, which would be reached in the epoch after the last.
  public func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double {
    finalShare + (1 - finalShare) * (1 + cos(.pi * epoch / Double(epochs))) / 2
  }
}
