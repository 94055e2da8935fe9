import Configurations
import Foundation

/// One method a type. Without a default the key is required; `optional...` gives nil where it is absent or null.
///
/// Each throws `PipelineFileError.missingKey` or `.invalidValue`.
extension ParameterReader {
  /// A text; numbers and truth values are taken as they are spelt.
  public func string(_ key: String, default defaultValue: String? = nil) throws -> String {
    try value(key, .string, default: defaultValue)
  }

  /// A text, or nil.
  public func optionalString(_ key: String) throws -> String? { try optionalValue(key, .string) }

  /// A whole number.
  public func int(_ key: String, default defaultValue: Int? = nil, in range: NumberRange<Int> = .any) throws -> Int {
    try value(key, .int(in: range), default: defaultValue)
  }

  /// A whole number, or nil.
  public func optionalInt(_ key: String, in range: NumberRange<Int> = .any) throws -> Int? {
    try optionalValue(key, .int(in: range))
  }

  /// A finite number; whole numbers, `1e-3` and `1.0e-3` are taken.
  ///
  /// - Parameter absent: What its absence in checkpoints of earlier versions meant; nil: every version wrote it.
  public func double(
    _ key: String, default defaultValue: Double? = nil, in range: NumberRange<Double> = .any, absent: Double? = nil
  ) throws -> Double {
    try value(key, .double(in: range), default: defaultValue, absent: absent.map(ResolvedValue.number))
  }

  /// A finite number, or nil.
  public func optionalDouble(_ key: String, in range: NumberRange<Double> = .any) throws -> Double? {
    try optionalValue(key, .double(in: range))
  }

  /// `true` or `false`.
  public func bool(_ key: String, default defaultValue: Bool? = nil) throws -> Bool {
    try value(key, .bool, default: defaultValue)
  }

  /// `true` or `false`, of a setting that changes no output: it is no part of the fingerprint.
  public func sideSetting(_ key: String, default defaultValue: Bool) throws -> Bool {
    try value(key, .sideSetting, default: defaultValue)
  }

  /// `true`, `false` or nil.
  public func optionalBool(_ key: String) throws -> Bool? { try optionalValue(key, .bool) }

  /// A list of texts; a scalar is a list of one.
  public func strings(
    _ key: String, default defaultValue: [String]? = nil, count: ClosedRange<Int> = 0...Int.max
  ) throws -> [String] {
    try value(key, .list(of: .string, count: count), default: defaultValue)
  }

  /// A list of texts, or nil.
  public func optionalStrings(_ key: String, count: ClosedRange<Int> = 0...Int.max) throws -> [String]? {
    try optionalValue(key, .list(of: .string, count: count))
  }

  /// A list of whole numbers; a scalar is a list of one.
  public func ints(
    _ key: String, default defaultValue: [Int]? = nil, in range: NumberRange<Int> = .any,
    count: ClosedRange<Int> = 0...Int.max
  ) throws -> [Int] {
    try value(key, .list(of: .int(in: range), count: count), default: defaultValue)
  }

  /// A list of whole numbers, or nil.
  public func optionalInts(
    _ key: String, in range: NumberRange<Int> = .any, count: ClosedRange<Int> = 0...Int.max
  ) throws -> [Int]? {
    try optionalValue(key, .list(of: .int(in: range), count: count))
  }

  /// A list of finite numbers; a scalar is a list of one.
  public func doubles(
    _ key: String, default defaultValue: [Double]? = nil, in range: NumberRange<Double> = .any,
    count: ClosedRange<Int> = 0...Int.max
  ) throws -> [Double] {
    try value(key, .list(of: .double(in: range), count: count), default: defaultValue)
  }

  /// A list of finite numbers, or nil.
  public func optionalDoubles(
    _ key: String, in range: NumberRange<Double> = .any, count: ClosedRange<Int> = 0...Int.max
  ) throws -> [Double]? {
    try optionalValue(key, .list(of: .double(in: range), count: count))
  }

  /// One of an enumeration's raw values, or one of their other names; see `ParameterType.choice(aliases:)`.
  public func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ key: String, of choice: Choice.Type = Choice.self, aliases: [(name: String, value: Choice)] = [],
    default defaultValue: Choice? = nil
  ) throws -> Choice where Choice.RawValue == String {
    try value(key, .choice(aliases: aliases), default: defaultValue)
  }

  /// One of an enumeration's raw values, or one of their other names, or nil.
  public func optionalChoice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ key: String, of choice: Choice.Type = Choice.self, aliases: [(name: String, value: Choice)] = []
  ) throws -> Choice? where Choice.RawValue == String {
    try optionalValue(key, .choice(aliases: aliases))
  }

  /// One of several words.
  public func word(_ key: String, of words: [String], default defaultValue: String? = nil) throws -> String {
    try value(key, .word(of: words), default: defaultValue)
  }

  /// The path of a file or folder, or a pattern of such paths, made absolute; see `ParameterType.path`.
  ///
  /// The path itself is no part of the stage's fingerprint: name the files that it leads to in
  /// `Stage.externalFiles()`.
  public func url(_ key: String) throws -> URL { try value(key, .path, default: nil) }

  /// The path of a file or folder, or nil.
  public func optionalURL(_ key: String) throws -> URL? { try optionalValue(key, .path) }

  /// A list of paths; a scalar is a list of one.
  public func urls(_ key: String, count: ClosedRange<Int> = 0...Int.max) throws -> [URL] {
    try value(key, .list(of: .path, count: count), default: nil)
  }

  /// The one key among several that the file gives a value; read it next.
  ///
  /// Throws `PipelineFileError.missingKey` where it gives none of them one, `.invalidValue` where it gives two.
  public func onlyKey<Key: RawRepresentable & CaseIterable>(
    of keys: Key.Type = Key.self
  ) throws -> Key where Key.RawValue == String {
    let names = keys.allCases.map(\.rawValue)
    let given = keys.allCases.filter { has($0.rawValue) }
    guard let first = given.first else {
      throw missing(names[0], expected: "one of the keys " + names.joined(separator: ", "))
    }
    if given.count > 1 {
      try refuse(given[1].rawValue, expected: "only one of the keys " + names.joined(separator: ", "))
    }
    return first
  }
}
