import Review
import Testing

@Suite struct BitmapFontTests {
  /// The columns and rows that a text inks on a canvas with a margin.
  private func ink(of text: String, scale: Int) -> (columns: Set<Int>, rows: Set<Int>) {
    var raster = Raster(width: 700 * scale, height: 20 * scale)
    raster.drawText(text, x: 5, y: 3, scale: scale, .white)
    var ink = (columns: Set<Int>(), rows: Set<Int>())
    for y in 0..<raster.height {
      for x in 0..<raster.width where raster[x, y] == .white {
        ink.columns.insert(x - 5)
        ink.rows.insert(y - 3)
      }
    }
    return ink
  }

  @Test("a text is as wide as it is measured", arguments: [1, 2, 3])
  func measuresWhatIsDrawn(scale: Int) {
    for text in [
      "Dice 0.913", "j", "mm", "(k = 12)", "é", "漢字", String((32...126).map { Character(UnicodeScalar($0)) }) + "|",
    ] {
      let ink = ink(of: text, scale: scale)
      #expect(ink.columns.max() == BitmapFont.width(of: text, scale: scale) - 1, "\(text)")
      #expect((ink.rows.max() ?? 0) < BitmapFont.height * scale)
    }
  }

  @Test("every printable character has a picture of its own")
  func distinguishesCharacters() {
    let pictures = (33...126).map { code in
      var raster = Raster(width: 8, height: BitmapFont.height)
      raster.drawText(String(Character(UnicodeScalar(UInt8(code)))), x: 1, y: 0, .white)
      return raster.samples
    }
    #expect(Set(pictures).count == 94)
  }

  @Test("a capital stands on the baseline, a descender below it")
  func alignsBaselines() {
    #expect(ink(of: "E", scale: 1).rows == Set(0..<BitmapFont.capHeight))
    #expect(ink(of: "g", scale: 1).rows.max() == BitmapFont.height - 1)
  }

  @Test("an empty text has no width and draws nothing")
  func handlesEmptyText() {
    #expect(BitmapFont.width(of: "") == 0)
    #expect(ink(of: "", scale: 1).columns.isEmpty)
    #expect(BitmapFont.lines(of: " \n ", width: 50) == [])
  }

  @Test("accents are left out, and a box stands for what the font does not have")
  func replacesUnknownCharacters() {
    #expect(BitmapFont.width(of: "é") == BitmapFont.width(of: "e"))
    #expect(ink(of: "é", scale: 1).columns == ink(of: "e", scale: 1).columns)
    #expect(ink(of: "漢", scale: 1).columns == Set(0..<5))
  }

  @Test("a text that is too wide is cut short with dots")
  func truncates() {
    #expect(BitmapFont.truncated("short", toWidth: 100) == "short")
    let cut = BitmapFont.truncated("a very long name of a case", toWidth: 60)
    #expect(cut.hasSuffix("...") && BitmapFont.width(of: cut) <= 60)
    #expect(BitmapFont.truncated("abc", toWidth: 0) == "...")
  }

  @Test("lines break between words and keep to the width")
  func wraps() {
    let lines = BitmapFont.lines(of: "one two  three four", width: BitmapFont.width(of: "one two"))
    #expect(lines.first == "one two")
    #expect(lines.allSatisfy { BitmapFont.width(of: $0) <= BitmapFont.width(of: "one two") })
  }
}
