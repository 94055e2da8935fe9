/// What the colours and lines of a picture mean: entries in rows, as many to a row as fit.
struct Legend {
  /// A small drawing and what it means.
  struct Entry: Equatable {
    /// What is drawn before the text.
    enum Symbol: Equatable {
      case swatch(Colour)
      case line(Colour, dash: ContourStyle.Dash?)
      case none
    }

    var symbol: Symbol
    var text: String
  }

  var entries: [Entry]

  static let rowHeight = BitmapFont.lineHeight + 4
  private static let symbolWidth = 22
  private static let entryGap = 18
  private static let mostRows = 5

  /// A legend of classes, and of the line styles of the two label maps where they are there.
  init(classes: [UInt8], names: [String], showsReference: Bool, showsPrediction: Bool) {
    entries = []
    let neutral = Colour(grey: 170)
    if showsReference { entries.append(Entry(symbol: .line(neutral, dash: nil), text: "reference")) }
    if showsPrediction {
      let bright = neutral.mixed(with: .white, share: ContourStyle.prediction.whiteShare)
      entries.append(Entry(symbol: .line(bright, dash: ContourStyle.prediction.dash), text: "prediction"))
    }
    entries += classes.map { label in
      let name = Int(label) < names.count ? names[Int(label)] : "class \(label)"
      return Entry(symbol: .swatch(Palette.colour(of: Int(label))), text: name)
    }
  }

  /// The entries row by row; where they fill too many rows, the last entry says how many more there are.
  func rows(width: Int, scale: Int = 1) -> [[Entry]] {
    var rows: [[Entry]] = []
    var left = width
    for (index, entry) in entries.enumerated() {
      let needed = Self.width(of: entry, scale: scale, limit: width) + Self.entryGap * scale
      if rows.isEmpty || needed - Self.entryGap * scale > left {
        if rows.count == Self.mostRows {
          rows.append([Entry(symbol: .none, text: "and \(entries.count - index) more")])
          return rows
        }
        rows.append([])
        left = width
      }
      rows[rows.count - 1].append(entry)
      left -= needed
    }
    return rows
  }

  /// Draws the rows, their upper left corner at (x, y).
  func draw(_ rows: [[Entry]], x: Int, y: Int, scale: Int = 1, on raster: inout Raster) {
    for (index, row) in rows.enumerated() {
      var left = x
      let top = y + index * Self.rowHeight * scale
      for entry in row {
        Self.draw(entry.symbol, x: left, y: top, scale: scale, on: &raster)
        let textLeft = left + (entry.symbol == .none ? 0 : Self.symbolWidth * scale)
        let text = BitmapFont.truncated(entry.text, toWidth: raster.width - textLeft - x, scale: scale)
        raster.drawText(text, x: textLeft, y: top, scale: scale, SheetStyle.text)
        left = textLeft + BitmapFont.width(of: text, scale: scale) + Self.entryGap * scale
      }
    }
  }

  private static func width(of entry: Entry, scale: Int, limit: Int) -> Int {
    min((entry.symbol == .none ? 0 : symbolWidth * scale) + BitmapFont.width(of: entry.text, scale: scale), limit)
  }

  private static func draw(_ symbol: Entry.Symbol, x: Int, y: Int, scale: Int, on raster: inout Raster) {
    let width = (symbolWidth - 6) * scale
    switch symbol {
    case .none: break
    case .swatch(let colour):
      raster.fill(PixelRectangle(x: x, y: y - scale, width: width, height: 9 * scale), colour)
    case .line(let colour, let dash):
      for offset in 0..<width where dash.map({ offset % ($0.on + $0.off) < $0.on }) ?? true {
        raster.fill(PixelRectangle(x: x + offset, y: y + 3 * scale, width: 1, height: 2), colour)
      }
    }
  }
}
