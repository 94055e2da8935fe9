import Configurations
import Files
import Foundation

/// How a parameter's value is read, checked and written back.
public struct ParameterType<Value: Sendable>: Sendable {
  /// The text for "expected" in an error message.
  let expectation: String
  /// The substitute for a refused value while the other keys are read; nil: reading stops there.
  var standIn: Value?
  let decode: @Sendable (ParameterNode) throws -> Value
  let resolve: @Sendable (Value) -> ResolvedValue
}

/// A value that its parameter does not accept.
struct ParameterMismatch: Error {
  var location: SourceLocation
  var expected: String
  var found: String
  var suggestion: String?
}

extension ParameterType {
  /// A type read from one scalar; `parse` gives nil for what it cannot read.
  private static func scalar(
    _ expectation: String, standIn: Value?, parse: @escaping @Sendable (ParameterNode.Scalar) -> Value?,
    suggest: @escaping @Sendable (String) -> String? = { _ in nil },
    resolve: @escaping @Sendable (Value) -> ResolvedValue
  ) -> ParameterType {
    ParameterType(
      expectation: expectation, standIn: standIn,
      decode: { node in
        if let scalar = node.scalar, !node.isNull, let value = parse(scalar) { return value }
        let suggestion = node.scalar.flatMap { suggest($0.text) }
        throw ParameterMismatch(
          location: node.location, expected: expectation, found: node.summary, suggestion: suggestion)
      }, resolve: resolve)
  }
}

extension ParameterType where Value == String {
  /// A text; numbers and truth values are taken as they are spelt.
  public static var string: ParameterType { scalar("text", standIn: "", parse: { $0.text }, resolve: { .text($0) }) }
}

extension ParameterType where Value == Bool {
  /// `true` or `false` (or `yes`, `no`, `on`, `off`).
  public static var bool: ParameterType {
    scalar("true or false", standIn: false, parse: { $0.truth }, resolve: { .bool($0) })
  }

  /// `true` or `false`, of a setting that changes no output.
  static var sideSetting: ParameterType {
    scalar("true or false", standIn: false, parse: { $0.truth }, resolve: { .sideSetting($0) })
  }
}

extension ParameterType where Value == Int {
  /// A whole number of any size.
  public static var int: ParameterType { int(in: .any) }

  /// A whole number in a range.
  public static func int(in range: NumberRange<Int>) -> ParameterType {
    let only = range.lower.flatMap { $0 == range.upper ? $0 : nil }
    return scalar(
      only.map { "\($0), the only possible value" } ?? "a whole number" + range.phrase { "\($0)" },
      standIn: range.lower ?? range.upper ?? 0,
      parse: { scalar in scalar.integer.flatMap { range.contains($0) ? $0 : nil } }, resolve: { .int($0) })
  }
}

extension ParameterType where Value == Double {
  /// A finite number of any size.
  public static var double: ParameterType { double(in: .any) }

  /// A finite number in a range; whole numbers, `1e-3` and `1.0e-3` are taken.
  public static func double(in range: NumberRange<Double>) -> ParameterType {
    scalar(
      "a number" + range.phrase(\.canonicalText), standIn: range.someValue,
      parse: { scalar in scalar.number.flatMap { $0.isFinite && range.contains($0) ? $0 : nil } },
      resolve: { .number($0) })
  }
}

extension ParameterType where Value: CustomStringConvertible {
  /// What one text says; `parse` gives nil for what it cannot read, and reads what `description` writes.
  public static func parsed(_ expectation: String, _ parse: @escaping @Sendable (String) -> Value?) -> ParameterType {
    scalar(
      expectation, standIn: nil, parse: { parse($0.text) },
      resolve: { value in
        let text = value.description
        return Int(text).map(ResolvedValue.int) ?? Double(text).map(ResolvedValue.number) ?? .text(text)
      })
  }
}

extension ParameterType where Value == URL {
  /// The path of a file or folder, or a pattern of such paths.
  ///
  /// A relative path resolves against the folder of the file (or, from the command line and the environment, the
  /// current folder) that contains it; a leading `~` is the home folder.
  public static var path: ParameterType {
    scalar("a path", standIn: URL(filePath: "/"), parse: { $0.path }, resolve: { .path($0.path) })
  }
}

extension ParameterType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of an enumeration's raw values.
  public static var choice: ParameterType { choice(aliases: []) }

  /// One of an enumeration's raw values, or another name of one.
  ///
  /// Whatever name a file uses, the value is resolved to the raw value: in fingerprints, `resolved.yaml` and model cards an
  /// alias makes no difference.
  /// - Parameter aliases: Names by which messages call the values, before the raw values that have none.
  public static func choice(aliases: [(name: String, value: Value)]) -> ParameterType {
    let values = Dictionary(aliases.map { ($0.name, $0.value.rawValue) }, uniquingKeysWith: { first, _ in first })
    let names = aliases.map(\.name) + Value.allCases.map(\.rawValue)
    let renamed = Set(values.values)
    let shown = aliases.map(\.name) + Value.allCases.map(\.rawValue).filter { !renamed.contains($0) }
    return scalar(
      "one of " + shown.joined(separator: ", "), standIn: Value.allCases.first,
      parse: { Value(rawValue: values[$0.text] ?? $0.text) },
      suggest: { Spelling.suggestion(for: $0, among: names) }, resolve: { .text($0.rawValue) })
  }
}

extension ParameterType where Value == String {
  /// One of several words.
  static func word(of words: [String]) -> ParameterType {
    scalar(
      "one of " + words.joined(separator: ", "), standIn: words.first,
      parse: { words.contains($0.text) ? $0.text : nil }, suggest: { Spelling.suggestion(for: $0, among: words) },
      resolve: { .text($0) })
  }
}

extension ParameterType where Value == String {
  /// One of several words, of which `true` and `false` are truth values.
  static func truthOrWord(of words: [String]) -> ParameterType {
    scalar(
      "one of " + words.joined(separator: ", "), standIn: words.first,
      parse: { scalar in
        scalar.truth.map { "\($0)" } ?? (words.contains(scalar.text) ? scalar.text : nil)
      },
      suggest: { Spelling.suggestion(for: $0, among: words) },
      resolve: { word in Bool(word).map(ResolvedValue.bool) ?? .text(word) })
  }
}

extension ParameterType {
  /// A list of values of a type, its length in `count`; a scalar is a list of one.
  public static func list<Element: Sendable>(
    of type: ParameterType<Element>, count: ClosedRange<Int> = 0...Int.max
  ) -> ParameterType where Value == [Element] {
    let expectation = "a list\(Self.lengthPhrase(count)), each \(type.expectation)"
    return ParameterType(
      expectation: expectation,
      standIn: count.lowerBound == 0 ? [] : type.standIn.map { Array(repeating: $0, count: count.lowerBound) },
      decode: { node in
        let mismatch = ParameterMismatch(location: node.location, expected: expectation, found: node.summary)
        let elements: [ParameterNode]
        switch node.content {
        case .list(let nodes): elements = nodes
        case .scalar where !node.isNull: elements = [node]
        case .scalar, .mapping: throw mismatch
        }
        guard count.contains(elements.count) else { throw mismatch }
        return try elements.map(type.decode)
      }, resolve: { .list($0.map(type.resolve)) })
  }

  private static func lengthPhrase(_ count: ClosedRange<Int>) -> String {
    switch (count.lowerBound, count.upperBound) {
    case (0, .max): ""
    case (let lower, .max): " of at least \(lower)"
    case (let lower, let upper): lower == upper ? " of \(lower)" : " of \(lower) to \(upper)"
    }
  }
}

extension ParameterNode.Scalar {
  /// The file that the text names.
  fileprivate var path: URL? {
    guard !text.isEmpty else { return nil }
    if text.hasPrefix("/") { return Self.file(text) }
    if text == "~" || text.hasPrefix("~/") {
      return Self.file(FileManager.default.homeDirectoryForCurrentUser.path + text.dropFirst())
    }
    return Self.file(baseFolder.path + "/" + text)
  }

  private static func file(_ path: String) -> URL {
    URL(filePath: SystemPath.resolvingParents(path), directoryHint: .notDirectory).standardized
  }
}
