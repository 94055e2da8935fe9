import Files
import Foundation

/// An untyped value of a pipeline file: a scalar, a list or a mapping, with its location.
///
/// The stage that reads a scalar determines its type, so `no` is a name where a name is expected.
package struct ParameterNode: Sendable {
  package enum Content: Sendable {
    case scalar(Scalar)
    case list([ParameterNode])
    case mapping([Entry])
  }

  package struct Scalar: Sendable {
    package var text: String
    /// False for a quoted text, which is never a number, a truth value or null.
    package var isPlain: Bool
    /// What a relative path resolves against.
    package var baseFolder: URL
  }

  package struct Entry: Sendable {
    package var key: String
    package var keyLocation: SourceLocation
    package var value: ParameterNode
  }

  package var content: Content
  package var location: SourceLocation

  package init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  package var isNull: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.isPlain && Scalar.nullWords.contains(scalar.text)
  }

  package var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value under a key of a mapping, or nil.
  package subscript(key: String) -> ParameterNode? { entries?.first { $0.key == key }?.value }

  /// The text for "found" in an error message.
  package var summary: String {
    if isNull { return "no value" }
    switch content {
    case .scalar(let scalar):
      let isTyped = scalar.number != nil || scalar.truth != nil
      return isTyped ? scalar.text : "text \(scalar.text.jsonQuoted)"
    case .list(let elements): return "a list of \(elements.count)"
    case .mapping(let entries): return entries.isEmpty ? "an empty mapping" : "a mapping"
    }
  }

  /// Replaces the value at a path of keys; creates missing mappings on the way.
  package mutating func set(_ path: ArraySlice<String>, to value: ParameterNode) {
    guard let key = path.first else {
      self = value
      return
    }
    var entries = self.entries ?? (isNull ? [] : [Entry(key: Self.ownKey, keyLocation: location, value: self)])
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value.set(path.dropFirst(), to: value)
    } else {
      var child = ParameterNode(.mapping([]), at: value.location)
      child.set(path.dropFirst(), to: value)
      entries.append(Entry(key: key, keyLocation: value.location, value: child))
    }
    content = .mapping(entries)
  }
}

extension ParameterNode {
  /// The key under which a mapping keeps the scalar that the command line turned into this mapping; no file can contain it.
  private static let ownKey = "\0"

  /// A mapping with this value under a key, unless it is a mapping already.
  func spreading(to key: String) -> ParameterNode {
    guard !isNull else { return self }
    guard var entries else {
      return ParameterNode(.mapping([Entry(key: key, keyLocation: location, value: self)]), at: location)
    }
    let isGiven = entries.contains { $0.key == key }
    for index in entries.indices where entries[index].key == Self.ownKey && !isGiven { entries[index].key = key }
    return ParameterNode(.mapping(entries), at: location)
  }

  /// The entries of a mapping without the scalar that the command line turned into it.
  var ownEntries: [Entry]? { entries?.filter { $0.key != Self.ownKey } }
}

extension ParameterNode.Entry {
  /// Whether the command line gave it, not the file.
  var isOverride: Bool {
    if case .override = keyLocation { true } else { false }
  }
}

extension ParameterNode {
  /// Merges another value into this one: mappings key by key, other values as a whole.
  mutating func merge(_ other: ParameterNode) {
    guard entries != nil, let others = other.entries else {
      self = other
      return
    }
    for entry in others {
      if var value = self[entry.key] {
        value.merge(entry.value)
        set([entry.key], to: value)
      } else {
        set([entry.key], to: entry.value)
      }
    }
  }
}

extension ParameterNode.Scalar {
  static let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]

  /// The whole number that a plain scalar spells in decimal digits.
  var integer: Int? { isPlain ? Int(text) : nil }

  /// The number that a plain scalar spells, with or without a point and an exponent.
  var number: Double? {
    guard isPlain, text.utf8.allSatisfy("0123456789+-.eE".utf8.contains) else { return nil }
    return Double(text)
  }

  /// The truth value that a plain scalar spells.
  var truth: Bool? { isPlain ? Self.truth(text) : nil }

  /// The truth value that a word spells.
  static func truth(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }
}
