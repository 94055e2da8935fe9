import Foundation

/// How the module's messages count, list and round.
enum Wording {
  /// The number of names that a message lists before "and N more".
  static let shown = 5

  /// `1 image`, `2 images`, `3 classes`.
  static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// `a, b and 3 more`; at most `shown` of the texts.
  static func listed(_ texts: [String], shown: Int = shown) -> String {
    let rest = texts.count - shown
    guard rest > 0 else { return texts.joined(separator: ", ") }
    return texts.prefix(shown).joined(separator: ", ") + " and \(rest) more"
  }

  /// `'a', 'b' and 3 more`.
  static func quoted(_ texts: [String], shown: Int = shown) -> String { listed(texts.map { "'\($0)'" }, shown: shown) }

  /// A number with at most so many digits after the point.
  static func rounded(_ value: Double, digits: Int = 3) -> String {
    let text = String(format: "%.\(digits)f", value)
    guard value.isFinite, digits > 0 else { return text }
    return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
  }
}

extension String {
  /// Whether this text precedes another in the order of their UTF-8 bytes, the same on every machine.
  func precedesBytewise(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Sequence<String> {
  /// The texts in the order of their UTF-8 bytes.
  func sortedBytewise() -> [String] { sorted { $0.precedesBytewise($1) } }
}
