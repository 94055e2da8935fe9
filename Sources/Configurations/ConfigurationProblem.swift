/// A value of a configuration that cannot be.
public struct ConfigurationProblem: Error, Hashable, Sendable {
  /// The value's key.
  public let key: String
  /// What can be, such as `a whole number from 1 to 6`.
  public let expected: String
  /// What was found.
  public let found: String
  /// The other keys that it was compared with.
  public let others: [String]

  /// Makes the problem of a value; `others` are keys whose values it does not go with.
  public init(key: String, expected: String, found: String, comparedWith others: [String] = []) {
    self.key = key
    self.expected = expected
    self.found = found
    self.others = others
  }
}

extension Configuration {
  /// None, where a configuration does not say otherwise.
  public var contradictions: [ConfigurationProblem] { [] }

  /// Checks every number against its range, and the values against each other.
  ///
  /// - Throws: `ConfigurationProblem` for the first that cannot be.
  public func check() throws(ConfigurationProblem) {
    for key in Self.keys {
      switch key.kind {
      case .count(let place, let range): try key.check(self[keyPath: place], range)
      case .number(let place, let range): try key.check(self[keyPath: place], range)
      case .optionalCount(let place, let range):
        if let value = self[keyPath: place] { try key.check(value, range) }
      case .optionalNumber(let place, let range):
        if let value = self[keyPath: place] { try key.check(value, range) }
      case .classWeights(let place):
        guard !self[keyPath: place].isPossible else { continue }
        throw ConfigurationProblem(key: key.name, expected: "weights of at least 0, one above", found: "others")
      case .optionalLevels(let place, let range):
        for length in self[keyPath: place]?.flatMap(\.list) ?? [] { try key.check(length, range) }
      case .flag, .choice: continue
      }
    }
    if let problem = contradictions.first { throw problem }
  }
}

extension ConfigurationKey {
  fileprivate func check(_ value: Int, _ range: NumberRange<Int>) throws(ConfigurationProblem) {
    guard !range.contains(value) else { return }
    throw ConfigurationProblem(key: name, expected: "a whole number" + range.phrase { "\($0)" }, found: "\(value)")
  }

  fileprivate func check(_ value: Double, _ range: NumberRange<Double>) throws(ConfigurationProblem) {
    guard !(value.isFinite && range.contains(value)) else { return }
    throw ConfigurationProblem(key: name, expected: "a number" + range.phrase(\.shortText), found: "\(value)")
  }
}
