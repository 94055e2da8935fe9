extension Configuration {
  /// The rows of a table for the documentation, in Markdown: key, values, default, meaning.
  public static var markdownRows: [String] {
    let defaults = Self()
    return keys.filter { !$0.isFromData }.map { key in
      "| `\(key.name)` | \(key.values) | \(key.value(in: defaults).markdown) | \(key.meaning) |"
    }
  }
}

extension Configuration {
  /// The values in a few words, such as `norm instance, residual, dropout 0.25`: every choice, and of the other keys with an
  /// earlier meaning those whose value is not that one.
  public var summary: String {
    Self.keys.compactMap { key in
      switch key.value(in: self) {
      case .text(let word): "\(key.name) \(word)"
      case key.absent, .flag(false): nil
      case .flag(true): key.name
      case .int(let value): key.absent == nil ? nil : "\(key.name) \(value)"
      case .number(let value): key.absent == nil ? nil : "\(key.name) \(value.shortText)"
      case .classWeights: key.absent == nil ? nil : key.name
      case .levels(let levels): "\(key.name) \(levels.map(\.description).joined(separator: " "))"
      case .none: nil
      }
    }.joined(separator: ", ")
  }
}

extension ConfigurationKey {
  /// What can be set, in a few words.
  fileprivate var values: String {
    switch kind {
    case .count(_, let range), .optionalCount(_, let range): "whole number" + range.phrase { "\($0)" }
    case .number(_, let range), .optionalNumber(_, let range): "number" + range.phrase(\.shortText)
    case .flag: "`true`, `false`"
    case .choice(let choice): choice.values.map { "`\($0)`" }.joined(separator: ", ")
    case .classWeights:
      "numbers of at least 0: `{class: number}` or a list of all, the background first; or "
        + ClassBalance.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    case .optionalLevels(_, let range):
      "list of lists of 3 whole numbers" + range.phrase { "\($0)" }
    }
  }
}

extension ConfigurationValue {
  fileprivate var markdown: String {
    switch self {
    case .int(let value): "\(value)"
    case .number(let value): value.shortText
    case .flag(let value): "`\(value)`"
    case .text(let text): "`\(text)`"
    case .classWeights(let weights): weights == .equal ? "none" : "\(weights)"
    case .levels(let levels): "\(levels)"
    case .none: "none"
    }
  }
}

extension Double {
  /// Without a point where the number is whole and small.
  var shortText: String { self == rounded() && magnitude < 1e15 ? "\(Int64(self))" : "\(self)" }
}
