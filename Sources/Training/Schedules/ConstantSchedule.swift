import Configurations

/// The learning rate stays the same.
public struct ConstantSchedule: ScheduleConfiguration {
  /// `constant`.
  public static let name = "constant"

  /// The epochs of the warm-up.
  public var warmUp = 0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<ConstantSchedule>] = [.warmUp(\.warmUp)]

  /// Makes a schedule without a warm-up.
  public init() {}

  /// 1.
  public func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double { 1 }
}
