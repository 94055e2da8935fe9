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
  private let rows: [Row]
  private let columns: Int
  private let cellWidth: Double
  private let left: Double
  private let headerHeight: Double
  let width: Double
  let height: Double

  /// The upper edge of a row, and the height of its pictures.
  private struct Row {
    let y: Double
    let pictureHeight: Double
  }

  /// Lays the sheet out; pictures are centred in their columns and rows.
  init(
    title: String, details: [String], tiles: [SheetTile], legend: Legend, columns: Int? = nil, style: SheetStyle = .dark
  ) {
    let cellWidth = tiles.map(\.picture.width).max() ?? 1
    let size = cellWidth >= Self.widthForLargeText ? 14.0 : 11
    // A caption begins below its picture and ends with its column.
    let captions = tiles.map { tile in
      let indent = ((cellWidth - tile.picture.width) / 2).rounded(.down)
      return Text(tile.caption, size: size, limit: cellWidth - indent, isSingleLine: false)
    }
    let tallest = tiles.map(\.picture.height).max() ?? 1
    let count = min(
      columns ?? Self.columns(for: tiles.count, cell: SIMD2(cellWidth, tallest + 2 * size)), max(tiles.count, 1))
    let gridWidth = Double(count) * (cellWidth + SheetStyle.gap) - SheetStyle.gap
    let contentWidth = max(gridWidth, Self.smallestWidth)
    let titleText = Text(title, size: size + 8, isBold: true, limit: contentWidth)
    let lines = details.map { Text($0, size: size, limit: contentWidth, isSingleLine: false) }
    headerHeight = titleText.extent.height + lines.reduce(4) { $0 + $1.extent.height + 2 } + SheetStyle.gap
    self.legend = legend.layout(width: contentWidth, size: size, style: style)
    (self.style, self.title, self.details, self.tiles, self.captions) = (style, titleText, lines, tiles, captions)
    (self.columns, self.cellWidth) = (count, cellWidth)
    // On whole units, so that voxels of a PNG have sharp edges.
    left = (SheetStyle.margin + (contentWidth - gridWidth) / 2).rounded()
    var y = (SheetStyle.margin + headerHeight).rounded()
    rows = stride(from: 0, to: tiles.count, by: count).map { first in
      let members = first..<min(first + count, tiles.count)
      let row = Row(y: y, pictureHeight: tiles[members].map(\.picture.height).max() ?? 0)
      let caption = captions[members].filter { !$0.words.isEmpty }.map(\.extent.height).max() ?? 0
      y += (row.pictureHeight + caption + 6 + SheetStyle.gap).rounded(.up)
      return row
    }
    width = (contentWidth + 2 * SheetStyle.margin).rounded(.up)
    height = (y + self.legend.height + SheetStyle.margin).rounded(.up)
  }

  func draw(on canvas: Canvas) throws {
    canvas.fill(Rectangle(x: 0, y: 0, width: width, height: height), Ink(style.background))
    drawHeader(on: canvas)
    for (index, tile) in tiles.enumerated() {
      let row = rows[index / columns]
      let picture = tile.picture
      let corner = SIMD2(
        left + Double(index % columns) * (cellWidth + SheetStyle.gap)
          + ((cellWidth - picture.width) / 2).rounded(.down),
        row.y + ((row.pictureHeight - picture.height) / 2).rounded(.down))
      try picture.draw(on: canvas, at: corner)
      canvas.draw(
        captions[index], at: SIMD2(corner.x, row.y + row.pictureHeight + 4),
        Ink(tile.isEmphasised ? style.emphasis : style.text))
    }
    legend.draw(at: SIMD2(SheetStyle.margin, height - SheetStyle.margin - legend.height), on: canvas)
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
}
