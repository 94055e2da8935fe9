import CDrawing

/// A text in any script.
public struct Text: Hashable, Sendable {
  /// The words.
  public var words: String
  /// The size of the font in units.
  public var size: Double
  /// Whether it is bold.
  public var isBold: Bool
  /// How wide it may be: longer texts are broken into lines, or cut short; 0: as wide as it is.
  public var limit: Double
  /// Whether a longer text is cut short with dots in place of broken into lines.
  public var isSingleLine: Bool

  /// Makes a text.
  public init(_ words: String, size: Double, isBold: Bool = false, limit: Double = 0, isSingleLine: Bool = true) {
    (self.words, self.size, self.isBold) = (words, size, isBold)
    (self.limit, self.isSingleLine) = (limit, isSingleLine)
  }

  /// The size that it takes, in units.
  public var extent: (width: Double, height: Double) {
    withText { text in
      var (text, width, height) = (text, 0.0, 0.0)
      cdrawing_measure(&text, &width, &height)
      return (width, height)
    }
  }

  func withText<Result>(_ body: (cdrawing_text) -> Result) -> Result {
    // A text cannot hold the number 0, and has no use for other control characters.
    let shown = String(words.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    return shown.withCString { pointer in
      body(
        cdrawing_text(
          text: pointer, length: shown.utf8.count, size: size, is_bold: isBold, width: limit, is_single: isSingleLine))
    }
  }
}
