import Drawing
import Foundation

/// A picture with text below it; what is too long for a line is wrapped.
struct SheetTile {
  var picture: SlicePicture
  var caption: String
  var isEmphasised = false
}

/// A sheet: a title, lines of text, tiles in rows, and a legend, from top to bottom.
struct SheetLayout: Drawable {
  private let style: SheetStyle
  private let title: Text
  private let details: [Text]
  private let tiles: [SheetTile]
  private let captions: [Text]
  private let legend: Legend.Layout
  private let columns: Int
  private let cell: SIMD2<Double>
  private let picture: SIMD2<Double>
  private let contentWidth: Double
  private let headerHeight: Double
  let width: Double
  let height: Double

  /// Lays the sheet out; tiles of different sizes stand in cells of the largest.
  init(
    title: String, details: [String], tiles: [SheetTile], legend: Legend, columns: Int? = nil, style: SheetStyle = .dark
  ) {
    let picture = SIMD2(tiles.map(\.picture.width).max() ?? 1, tiles.map(\.picture.height).max() ?? 1)
    let size = picture.x >= Self.widthForLargeText ? 14.0 : 11
    let captions = tiles.map { Text($0.caption, size: size, limit: picture.x, isSingleLine: false) }
    let captionHeight = captions.filter { !$0.words.isEmpty }.map(\.extent.height).max() ?? 0
    let cell = picture + SIMD2(0, captionHeight + 6)
    let columns = min(columns ?? Self.columns(for: tiles.count, cell: cell), max(tiles.count, 1))
    let rows = (tiles.count + columns - 1) / max(columns, 1)
    let gridWidth = Double(columns) * (cell.x + SheetStyle.gap) - SheetStyle.gap
    let contentWidth = max(gridWidth, Self.smallestWidth)
    let titleText = Text(title, size: size + 8, isBold: true, limit: contentWidth)
    let lines = details.map { Text($0, size: size, limit: contentWidth, isSingleLine: false) }
    headerHeight = titleText.extent.height + lines.reduce(4) { $0 + $1.extent.height + 2 } + SheetStyle.gap
    self.legend = legend.layout(width: contentWidth, size: size, style: style)
    (self.style, self.title, self.details, self.tiles, self.captions) = (style, titleText, lines, tiles, captions)
    (self.columns, self.cell, self.picture, self.contentWidth) = (columns, cell, picture, contentWidth)
    let grid = max(Double(rows) * (cell.y + SheetStyle.gap) - SheetStyle.gap, 0)
    let footer = self.legend.height > 0 ? SheetStyle.gap + self.legend.height : 0
    width = (contentWidth + 2 * SheetStyle.margin).rounded(.up)
    height = (headerHeight + grid + footer + 2 * SheetStyle.margin).rounded(.up)
  }

  func draw(on canvas: Canvas) throws {
    canvas.fill(Rectangle(x: 0, y: 0, width: width, height: height), Ink(style.background))
    drawHeader(on: canvas)
    let gridWidth = Double(columns) * (cell.x + SheetStyle.gap) - SheetStyle.gap
    // On whole units, so that voxels of a PNG have sharp edges.
    let left = (SheetStyle.margin + (contentWidth - gridWidth) / 2).rounded()
    var bottom = SheetStyle.margin + headerHeight
    for index in tiles.indices {
      let corner = SIMD2(
        left + Double(index % columns) * (cell.x + SheetStyle.gap),
        (SheetStyle.margin + headerHeight + Double(index / columns) * (cell.y + SheetStyle.gap)).rounded())
      try draw(index, at: corner, on: canvas)
      bottom = max(bottom, corner.y + cell.y)
    }
    legend.draw(at: SIMD2(SheetStyle.margin, bottom + SheetStyle.gap), on: canvas)
  }

  private static let smallestWidth = 360.0
  private static let widthForLargeText = 240.0

  /// The number of columns that makes the sheet about half again as wide as it is high and leaves few cells empty.
  private static func columns(for count: Int, cell: SIMD2<Double>) -> Int {
    func misfit(_ columns: Int) -> Double {
      let rows = (count + columns - 1) / columns
      let proportion = Double(columns) * cell.x / (Double(rows) * cell.y)
      return abs(log(proportion / 1.5)) + 1.2 * Double(rows * columns - count) / Double(count)
    }
    return (1...max(count, 1)).min { misfit($0) < misfit($1) } ?? 1
  }

  private func drawHeader(on canvas: Canvas) {
    var y = SheetStyle.margin
    canvas.draw(title, at: SIMD2(SheetStyle.margin, y), Ink(style.text))
    y += title.extent.height + 4
    for line in details {
      canvas.draw(line, at: SIMD2(SheetStyle.margin, y), Ink(style.dimText))
      y += line.extent.height + 2
    }
  }

  private func draw(_ index: Int, at corner: SIMD2<Double>, on canvas: Canvas) throws {
    let tile = tiles[index]
    let inset = SIMD2((picture.x - tile.picture.width) / 2, (picture.y - tile.picture.height) / 2)
    try tile.picture.draw(on: canvas, at: corner + SIMD2(inset.x.rounded(.down), inset.y.rounded(.down)))
    canvas.draw(
      captions[index], at: corner + SIMD2(0, picture.y + 4), Ink(tile.isEmphasised ? style.emphasis : style.text))
  }
}
