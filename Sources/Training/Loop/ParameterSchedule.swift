/// Which parameters a training changes, from which epoch on, and how fast: of each the first rule counts whose prefix its
/// name has. Parameters without a rule are trained from the start with the learning rate of the schedule.
public struct ParameterSchedule: Sendable, Hashable {
  /// A rule for the parameters of a block.
  public struct Rule: Sendable, Hashable {
    /// The beginning of the parameters' names, such as `encoder.0.`.
    public var prefix: String
    /// What the learning rate is multiplied by; above 0.
    public var rate: Double
    /// The epoch, from 0, from which on they are trained; nil: never.
    public var firstEpoch: Int?

    /// Makes a rule.
    public init(prefix: String, rate: Double = 1, firstEpoch: Int? = 0) {
      (self.prefix, self.rate, self.firstEpoch) = (prefix, rate, firstEpoch)
    }
  }

  /// The rules.
  public var rules: [Rule]

  /// Makes a schedule; without rules everything is trained from the start.
  public init(_ rules: [Rule] = []) { self.rules = rules }

  /// Everything, from the start.
  public static let all = ParameterSchedule()

  private func rule(of name: String) -> Rule? { rules.first { name.hasPrefix($0.prefix) } }

  /// The epoch, from 0, from which on a parameter is trained; nil: never.
  public func firstEpoch(of name: String) -> Int? {
    guard let rule = rule(of: name) else { return 0 }
    return rule.firstEpoch
  }

  /// What a parameter's learning rate is multiplied by.
  public func rate(of name: String) -> Double { rule(of: name)?.rate ?? 1 }

  /// Whether a parameter is trained in an epoch, from 0.
  public func isTrained(_ name: String, epoch: Int) -> Bool { firstEpoch(of: name).map { $0 <= epoch } ?? false }

  /// Whether a parameter is trained in any epoch.
  public func isEverTrained(_ name: String) -> Bool { firstEpoch(of: name) != nil }

  /// The epochs, from 0, at which further parameters begin to be trained, in order.
  public var thaws: [Int] { Set(rules.compactMap(\.firstEpoch)).subtracting([0]).sorted() }

  /// The number that changes where other parameters are trained: the thaws up to an epoch.
  func phase(ofEpoch epoch: Int) -> Int { thaws.count { $0 <= epoch } }
}
