extension Raster {
  /// Draws a line of text, the upper left corner of its first capital at (x, y).
  ///
  /// The text is `BitmapFont.width(of:scale:)` pixels wide and `BitmapFont.height * scale` high.
  public mutating func drawText(_ text: String, x: Int, y: Int, scale: Int = 1, _ colour: Colour) {
    var left = x
    for glyph in BitmapFont.glyphs(of: text) {
      for (row, mask) in glyph.rows.enumerated() where mask != 0 {
        for column in 0..<glyph.width where mask >> UInt8(column) & 1 == 1 {
          fill(PixelRectangle(x: left + column * scale, y: y + row * scale, width: scale, height: scale), colour)
        }
      }
      left += (glyph.width + BitmapFont.letterSpacing) * scale
    }
  }

  /// Draws a line of text with a dark rim, legible on any background.
  mutating func drawOutlinedText(_ text: String, x: Int, y: Int, scale: Int = 1, _ colour: Colour) {
    for dy in -1...1 {
      for dx in -1...1 where dx != 0 || dy != 0 { drawText(text, x: x + dx, y: y + dy, scale: scale, .black) }
    }
    drawText(text, x: x, y: y, scale: scale, colour)
  }
}
