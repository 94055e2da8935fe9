import Configurations
import Foundation

/// The learning rate is multiplied by a factor whenever the validation score has not improved for some epochs.
///
/// The score is the primary number of the validation; without a validation part, the training loss, of which lower is
/// better. Epochs in which it is undefined count as no improvement. After a change, the count of epochs starts over.
/// Source: the rule of PyTorch's `ReduceLROnPlateau`, with a threshold of 0.
public struct PlateauSchedule: ScheduleConfiguration {
  /// `plateau`.
  public static let name = "plateau"

  /// What the learning rate is multiplied by.
  public var factor = 0.1
  /// The epochs without an improvement that are waited for.
  public var patience = 10
  /// The epochs of the warm-up.
  public var warmUp = 0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<PlateauSchedule>] = [
    .number("factor", \.factor, .above(0, below: 1), "what the learning rate is multiplied by at each change"),
    .count(
      "patience", \.patience, .within(0...100_000),
      "epochs without a better validation score (without validation: a lower training loss) that change nothing; the next one does"
    ),
    .warmUp(\.warmUp),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// `patience`, and the epoch that follows it.
  public var reach: (key: String, epochs: Int)? { ("patience", patience) }

  /// The factor to the power of the plateaus so far.
  public func share(epoch: Double, of epochs: Int, history: [ProgressRow]) -> Double {
    let isScored = history.contains { $0.score != nil }
    var (best, waited, changes) = (-Double.infinity, 0, 0)
    for row in history {
      let value = (isScored ? row.score : row.trainLoss.map { -$0 }) ?? -.infinity
      waited = value > best ? 0 : waited + 1
      best = max(best, value)
      guard waited > patience else { continue }
      (waited, changes) = (0, changes + 1)
    }
    return max(pow(factor, Double(changes)), .leastNormalMagnitude)
  }
}
