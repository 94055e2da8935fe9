/// What can be set of a part of the program, such as a network, a loss or an optimiser.
///
/// Each value is said once, in `keys`: by this list it is read from pipeline files, checked, stored in model cards,
/// compared with older checkpoints and documented.
public protocol Configuration: Hashable, Sendable, Codable {
  /// The values, in the order of the documentation.
  static var keys: [ConfigurationKey<Self>] { get }
  /// The values that do not go together, where each of them is in its range.
  var contradictions: [ConfigurationProblem] { get }
  /// Makes a configuration of the defaults.
  init()
}

/// A value of a configuration: its key in files, its place, its limits and its meaning.
public struct ConfigurationKey<Root>: Sendable {
  /// A place in the configuration.
  public typealias Place<Value> = WritableKeyPath<Root, Value> & Sendable

  /// The kind of value, its place, and its limits.
  public enum Kind: Sendable {
    /// A whole number.
    case count(Place<Int>, NumberRange<Int>)
    /// A number.
    case number(Place<Double>, NumberRange<Double>)
    /// A whole number, or none.
    case optionalCount(Place<Int?>, NumberRange<Int>)
    /// A number, or none.
    case optionalNumber(Place<Double?>, NumberRange<Double>)
    /// True or false.
    case flag(Place<Bool>)
    /// One of several words; `true` and `false` among them are written as truth values.
    case choice(ConfigurationChoice<Root>)
    /// Weights of the classes.
    case classWeights(Place<ClassWeights>)
    /// Lengths along the three axes at each of several resolutions, or none.
    case optionalLevels(Place<[AxisLengths]?>, NumberRange<Int>)
  }

  /// The key in pipeline files and model cards.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// The value that files and checkpoints without this key were made with; nil: every version wrote the key.
  public let absent: ConfigurationValue?
  /// Whether it follows from the data set, and is no key of pipeline files.
  public let isFromData: Bool
  /// One sentence for the documentation.
  public let meaning: String

  /// Makes a key of a whole number.
  public static func count(
    _ name: String, _ place: Place<Int>, _ range: NumberRange<Int>, absent: Int? = nil, isFromData: Bool = false,
    _ meaning: String
  ) -> Self {
    Self(
      name: name, kind: .count(place, range), absent: absent.map(ConfigurationValue.int), isFromData: isFromData,
      meaning: meaning)
  }

  /// Makes a key of a number.
  public static func number(
    _ name: String, _ place: Place<Double>, _ range: NumberRange<Double>, absent: Double? = nil, _ meaning: String
  ) -> Self {
    Self(
      name: name, kind: .number(place, range), absent: absent.map(ConfigurationValue.number), isFromData: false,
      meaning: meaning)
  }

  /// Makes a key of a whole number that may be absent or null.
  public static func optionalCount(
    _ name: String, _ place: Place<Int?>, _ range: NumberRange<Int>, _ meaning: String
  ) -> Self {
    Self(name: name, kind: .optionalCount(place, range), absent: nil, isFromData: false, meaning: meaning)
  }

  /// Makes a key of a number that may be absent or null.
  public static func optionalNumber(
    _ name: String, _ place: Place<Double?>, _ range: NumberRange<Double>, _ meaning: String
  ) -> Self {
    Self(name: name, kind: .optionalNumber(place, range), absent: nil, isFromData: false, meaning: meaning)
  }

  /// Makes a key that is true or false.
  public static func flag(_ name: String, _ place: Place<Bool>, absent: Bool? = nil, _ meaning: String) -> Self {
    Self(
      name: name, kind: .flag(place), absent: absent.map(ConfigurationValue.flag), isFromData: false, meaning: meaning)
  }

  /// Makes a key of weights of the classes.
  public static func classWeights(
    _ name: String, _ place: Place<ClassWeights>, absent: ClassWeights? = nil, _ meaning: String
  ) -> Self {
    Self(
      name: name, kind: .classWeights(place), absent: absent.map(ConfigurationValue.classWeights), isFromData: false,
      meaning: meaning)
  }

  /// Makes a key of lengths along the three axes at each of several resolutions, which may be absent or null.
  public static func optionalLevels(
    _ name: String, _ place: Place<[AxisLengths]?>, _ range: NumberRange<Int>, _ meaning: String
  ) -> Self {
    Self(name: name, kind: .optionalLevels(place, range), absent: nil, isFromData: false, meaning: meaning)
  }

  /// Makes a key of one of an enumeration's raw values.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ place: Place<Choice>, absent: Choice? = nil, _ meaning: String
  ) -> Self {
    Self(
      name: name, kind: .choice(ConfigurationChoice(place)),
      absent: absent.map { ConfigurationValue(word: $0.rawValue) },
      isFromData: false, meaning: meaning)
  }
}

/// One of the raw values of an enumeration in a configuration.
public struct ConfigurationChoice<Root>: Sendable {
  /// The raw values.
  public let values: [String]
  /// Whether truth values are among them, as those of a flag that became a choice.
  public var hasTruthValues: Bool { values.contains("true") }
  /// The value of a configuration.
  public let get: @Sendable (Root) -> String
  /// Sets the value to one of `values`.
  public let set: @Sendable (inout Root, String) -> Void

  init<Choice: RawRepresentable<String> & CaseIterable & Sendable>(_ place: ConfigurationKey<Root>.Place<Choice>) {
    values = Choice.allCases.map(\.rawValue)
    get = { $0[keyPath: place].rawValue }
    set = { root, text in if let value = Choice(rawValue: text) { root[keyPath: place] = value } }
  }
}

/// A value as files store it.
public enum ConfigurationValue: Hashable, Sendable {
  /// A whole number.
  case int(Int)
  /// A number.
  case number(Double)
  /// True or false.
  case flag(Bool)
  /// A word.
  case text(String)
  /// Weights of the classes.
  case classWeights(ClassWeights)
  /// Lengths along the three axes at each of several resolutions.
  case levels([AxisLengths])
  /// Nothing, where a value may be absent.
  case none

  /// The value of a choice: of the words `true` and `false` a truth value, so that files stay as they are when a flag
  /// becomes a choice.
  public init(word: String) { self = Bool(word).map(ConfigurationValue.flag) ?? .text(word) }
}

extension ConfigurationKey {
  /// The value of a configuration.
  public func value(in root: Root) -> ConfigurationValue {
    switch kind {
    case .count(let place, _): .int(root[keyPath: place])
    case .number(let place, _): .number(root[keyPath: place])
    case .optionalCount(let place, _): root[keyPath: place].map(ConfigurationValue.int) ?? .none
    case .optionalNumber(let place, _): root[keyPath: place].map(ConfigurationValue.number) ?? .none
    case .flag(let place): .flag(root[keyPath: place])
    case .choice(let choice): ConfigurationValue(word: choice.get(root))
    case .classWeights(let place): .classWeights(root[keyPath: place])
    case .optionalLevels(let place, _): root[keyPath: place].map(ConfigurationValue.levels) ?? .none
    }
  }
}
