/// An opening tag of an XML document.
struct XMLTag: Equatable {
  /// Without a prefix.
  var name: String
  var attributes: [String: String] = [:]
  /// The text up to the next tag.
  var text = ""
}

/// Finds the opening tags of an XML document; their nesting is not looked at, and documents that declare types or
/// entities of their own are not read.
struct XMLTags {
  private var rest: Substring.UTF8View

  private static let space = Array(" \t\r\n".utf8)
  private static let marks = Array("=/><\"'".utf8)

  private init(_ text: String) { rest = text[...].utf8 }

  /// The opening tags in order; nil where the text is not well formed.
  static func all(in text: String) -> [XMLTag]? {
    var scanner = XMLTags(text)
    var tags: [XMLTag] = []
    while let text = scanner.take(until: "<") {
      if !tags.isEmpty && tags[tags.count - 1].text.isEmpty { tags[tags.count - 1].text = unescaped(text) }
      if let ending = scanner.endingOfOther() {
        guard scanner.take(until: ending) != nil else { return nil }
      } else if scanner.rest.first == UInt8(ascii: "!") {
        return nil
      } else {
        guard let tag = scanner.tag() else { return nil }
        tags.append(tag)
      }
    }
    return tags
  }

  /// How what is no opening tag ends.
  private func endingOfOther() -> String? {
    [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("/", ">")].first { rest.starts(with: $0.0.utf8) }?.1
  }

  private mutating func tag() -> XMLTag? {
    let name = takeName()
    guard !name.isEmpty else { return nil }
    var tag = XMLTag(name: String(name.split(separator: ":").last ?? name))
    while true {
      skipSpace()
      if take("/>") || take(">") { return tag }
      let key = takeName()
      skipSpace()
      guard !key.isEmpty, take("=") else { return nil }
      skipSpace()
      guard let quote = ["\"", "'"].first(where: { take($0) }), let value = take(until: quote) else { return nil }
      tag.attributes[String(key)] = Self.unescaped(value)
    }
  }

  private mutating func skipSpace() { rest = rest.drop { Self.space.contains($0) } }

  private mutating func takeName() -> Substring {
    let name = rest.prefix { !Self.space.contains($0) && !Self.marks.contains($0) }
    rest = rest[name.endIndex...]
    return Substring(name)
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  /// What comes before `text`, which is passed over; nil where it does not come.
  private mutating func take(until text: String) -> Substring? {
    let pattern = Array(text.utf8)
    var place = rest.startIndex
    while let found = rest[place...].firstIndex(of: pattern[0]) {
      if rest[found...].starts(with: pattern) {
        let taken = rest[..<found]
        rest = rest[found...].dropFirst(pattern.count)
        return Substring(taken)
      }
      place = rest.index(after: found)
    }
    return nil
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = ""
    for (index, part) in text.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = part.firstIndex(of: ";"), let character = character(part[..<end]) else {
        result += (index > 0 ? "&" : "") + part
        continue
      }
      result += character + part[part.index(after: end)...]
    }
    return result
  }

  private static func character(_ entity: Substring) -> String? {
    if let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][String(entity)] { return known }
    guard entity.first == "#" else { return nil }
    let digits = entity.dropFirst()
    let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
