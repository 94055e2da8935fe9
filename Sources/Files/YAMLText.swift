/// Writes text as YAML, with quotes where they are needed.
public enum YAMLText {
  /// A text as a YAML scalar: plain if that is unambiguous, otherwise in double quotes. `${`, which starts a variable in a
  /// pipeline file, is escaped.
  public static func scalar(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "/"):
        true
      default: false
      }
    }
    let startsWell = text.first.map { $0.isLetter || $0 == "/" || $0 == "_" } ?? false
    if isWord, startsWell, !reserved.contains(text.lowercased()) { return text }
    return text.replacing("${", with: "$${").jsonQuoted
  }

  /// Texts as a YAML list on one line.
  public static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }

  /// Text as a YAML comment on one line.
  public static func comment(_ text: String) -> String {
    "# " + text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// Words that YAML takes for truth values or for nothing.
  private static let reserved: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "~", ""]
}

extension String {
  /// The text as a JSON string, which is also a YAML scalar in double quotes.
  package var jsonQuoted: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
