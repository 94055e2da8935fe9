import Files

/// The value of a parameter as read, or its default if the file does not set it.
package indirect enum ResolvedValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case number(Double)
  case text(String)
  /// A path: shown to people, but no part of a fingerprint, which takes the content of files instead.
  case path(String)
  /// What changes no output, such as which files are kept: shown to people, but no part of a fingerprint.
  case sideSetting(Bool)
  case list([ResolvedValue])
  /// A mapping whose keys are data and whose order matters, such as the classes of a data set.
  case pairs([Entry])
  /// Parameters by name; their order does not matter.
  case parameters([Entry])
  /// A thing that is chosen by its kind, and the parameters of the kind.
  case kind(ResolvedValue, [Entry])

  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: ResolvedValue
    /// Of a parameter: the value that checkpoints without it were made with; nil: every version wrote it.
    package var absent: ResolvedValue?
    /// Whether a file may give it in place of the whole mapping: a fingerprint has it under the mapping's name.
    package var isMain: Bool

    package init(_ key: String, _ value: ResolvedValue, absent: ResolvedValue? = nil, isMain: Bool = false) {
      self.key = key
      self.value = value
      self.absent = absent
      self.isMain = isMain
    }

    /// The dotted name in a fingerprint.
    fileprivate func name(in prefix: String) -> String {
      if isMain { return prefix }
      return prefix.isEmpty ? key : "\(prefix).\(key)"
    }
  }

  /// Things that are chosen by their kind, each the parameters that were read of it, the kind first; one is no list.
  init(kinds things: [ResolvedValue]) {
    let values = things.map { thing -> ResolvedValue in
      guard case .parameters(let entries) = thing, let kind = entries.first else { return thing }
      return .kind(kind.value, Array(entries.dropFirst()))
    }
    self = values.count == 1 ? values[0] : .list(values)
  }

  /// The values that enter a fingerprint, by dotted name: one spelling for each value, nothing for null, paths and side
  /// settings.
  func canonicalParameters(prefix: String = "") -> [String: String] {
    if case .kind(let kind, let entries) = self {
      let own = ResolvedValue.parameters(entries).canonicalParameters(prefix: prefix)
      return own.merging(kind.canonicalParameters(prefix: prefix)) { $1 }
    }
    guard case .parameters(let entries) = self else {
      return canonicalText.map { [prefix: $0] } ?? [:]
    }
    return entries.reduce(into: [:]) { result, entry in
      let name = entry.name(in: prefix)
      result.merge(entry.value.canonicalParameters(prefix: name)) { $1 }
    }
  }

  /// What the absence of parameters meant in earlier versions, by dotted name, as `canonicalParameters` spells them.
  func canonicalAbsences(prefix: String = "") -> [String: String] {
    guard let entries = parameters else { return [:] }
    return entries.reduce(into: [:]) { result, entry in
      let name = entry.name(in: prefix)
      result.merge(entry.value.canonicalAbsences(prefix: name)) { $1 }
      if let text = entry.absent?.canonicalText { result[name] = text }
    }
  }

  /// The parameters by name; nil where there are none.
  private var parameters: [Entry]? {
    switch self {
    case .parameters(let entries), .kind(_, let entries): entries
    case .null, .bool, .int, .number, .text, .path, .sideSetting, .list, .pairs: nil
    }
  }

  /// The one spelling of a value, in JSON; nil for null, paths and side settings. Of a kind in a list, the parameters that
  /// are what their absence meant are left out, so that a kind that gets keys is spelt as before.
  private var canonicalText: String? {
    switch self {
    case .null, .path, .sideSetting: return nil
    case .bool(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .number(let value): return value.canonicalText
    case .text(let value): return value.jsonQuoted
    case .list(let values):
      let texts = values.compactMap(\.canonicalText)
      return texts.isEmpty && !values.isEmpty ? nil : "[" + texts.joined(separator: ",") + "]"
    case .pairs(let entries), .parameters(let entries):
      let texts = entries.compactMap { entry in
        entry.value.canonicalText.map { "\(entry.key.jsonQuoted):\($0)" }
      }
      return "{" + texts.joined(separator: ",") + "}"
    case .kind(let kind, let entries):
      return ResolvedValue.parameters([Entry("kind", kind)] + entries.filter { $0.value != $0.absent }).canonicalText
    }
  }
}

extension ResolvedValue {
  /// The value as YAML that reads back as the same value, with a line break at its end.
  package var yaml: String { blockLines(indentation: "").joined(separator: "\n") + "\n" }

  private func blockLines(indentation: String) -> [String] {
    switch self {
    case .kind:
      return asWritten.blockLines(indentation: indentation)
    case .parameters(let entries) where !entries.isEmpty:
      return entries.flatMap { entry -> [String] in
        let key = indentation + YAMLText.scalar(entry.key) + ":"
        guard entry.value.isBlock else { return [key + " " + entry.value.flowText] }
        return [key] + entry.value.blockLines(indentation: indentation + "  ")
      }
    case .list(let values) where isBlock:
      return values.flatMap { value -> [String] in
        guard value.isBlock else { return [indentation + "- " + value.flowText] }
        var lines = value.blockLines(indentation: indentation + "  ")
        lines[0] = indentation + "- " + lines[0].dropFirst(indentation.count + 2)
        return lines
      }
    default:
      return [indentation + flowText]
    }
  }

  /// A kind as files write it: a word, or with parameters a mapping.
  private var asWritten: ResolvedValue {
    guard case .kind(let kind, let entries) = self else { return self }
    return entries.isEmpty ? kind : .parameters([Entry("kind", kind)] + entries)
  }

  private var isBlock: Bool {
    switch self {
    case .parameters(let entries): !entries.isEmpty
    case .kind: asWritten.isBlock
    case .list(let values): values.contains(where: \.isBlock)
    default: false
    }
  }

  private var flowText: String {
    switch self {
    case .null: "null"
    case .bool(let value), .sideSetting(let value): "\(value)"
    case .int(let value): "\(value)"
    case .number(let value): value.canonicalText
    case .text(let value), .path(let value): YAMLText.scalar(value)
    case .list(let values): "[" + values.map(\.flowText).joined(separator: ", ") + "]"
    case .kind: asWritten.flowText
    case .pairs(let entries), .parameters(let entries):
      "{" + entries.map { "\(YAMLText.scalar($0.key)): \($0.value.flowText)" }.joined(separator: ", ") + "}"
    }
  }
}

extension Double {
  /// The shortest decimal that reads back as the same number; without a point where the number is whole and small.
  var canonicalText: String {
    if self == rounded(), magnitude < 1e15 { return "\(Int64(self))" }
    return "\(self)"
  }
}
