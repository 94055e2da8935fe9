/// An invalid value in a JSON file of this program.
public struct ValueProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The keys that lead to the value, such as `window.width`.
  public let key: String
  /// What is wrong with it.
  public let detail: String

  /// A value that was found where another was expected.
  package init(_ key: String, expected: String, found: some Any) {
    self.key = key
    detail = "expected \(expected), found \(found)"
  }

  /// A decoding error as a problem.
  package init(decoding error: any Error) {
    func path(_ keys: [any CodingKey]) -> String {
      keys.isEmpty ? "the file" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case let problem as ValueProblem: self = problem
    case DecodingError.keyNotFound(let key, let context):
      self.key = path(context.codingPath + [key])
      detail = "expected a value, found none"
    case DecodingError.valueNotFound(_, let context):
      key = path(context.codingPath)
      detail = "expected a value, found null"
    case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context):
      key = path(context.codingPath)
      let text = context.debugDescription
      detail = text.hasSuffix(".") ? String(text.dropLast()) : text
    default:
      key = "the file"
      detail = "\(error)"
    }
  }

  /// The key and what is wrong.
  public var description: String { "\(key): \(detail)" }
}

extension ValueProblem {
  /// Throws: the problem of a value that is not within its limits.
  package static func check<Value: Comparable>(
    _ key: String, _ value: Value, in limits: ClosedRange<Value>
  ) throws(ValueProblem) {
    guard limits.contains(value) else {
      let isOne = limits.lowerBound == limits.upperBound
      throw ValueProblem(
        key, expected: isOne ? "\(limits.lowerBound)" : "\(limits.lowerBound) to \(limits.upperBound)", found: value)
    }
  }
}
