import Foundation

/// The colours and distances of sheets.
enum SheetStyle {
  static let background = Colour(red: 20, green: 22, blue: 27)
  static let text = Colour(red: 238, green: 240, blue: 244)
  static let dimText = Colour(red: 158, green: 164, blue: 175)
  static let emphasis = Colour(red: 255, green: 214, blue: 92)
  static let margin = 16
  static let gap = 10
}

/// A picture with text below it; what is too long for a line is wrapped.
struct CaptionedTile {
  var picture: Raster
  var caption: String
  var isEmphasised = false
}

/// A sheet: a title, lines of text, tiles in rows, and a legend, from top to bottom.
struct SheetLayout {
  var title: String
  var details: [String]
  var tiles: [CaptionedTile]
  var legend: Legend
  var columns: Int?

  /// Draws the sheet; tiles of different sizes stand in cells of the largest.
  func draw() -> Raster {
    let picture = (width: tiles.map(\.picture.width).max() ?? 1, height: tiles.map(\.picture.height).max() ?? 1)
    let scale = picture.width >= Self.widthForLargeText ? 2 : 1
    let captionLines = tiles.map { Self.lines(ofCaption: $0.caption, width: picture.width, scale: scale).count }.max()
    let captionHeight = (captionLines ?? 1) * BitmapFont.lineHeight + 3
    let cell = (width: picture.width, height: picture.height + captionHeight * scale)
    let columns = min(self.columns ?? Self.columns(for: tiles.count, cell: cell), max(tiles.count, 1))
    let rows = (tiles.count + columns - 1) / max(columns, 1)
    let gridWidth = columns * (cell.width + SheetStyle.gap) - SheetStyle.gap
    let contentWidth = max(gridWidth, Self.smallestWidth)
    let lines = details.flatMap { BitmapFont.lines(of: $0, width: contentWidth, scale: scale) }
    let legendRows = legend.rows(width: contentWidth, scale: scale)
    let header = Self.titleHeight * scale + lines.count * BitmapFont.lineHeight * scale + SheetStyle.gap
    let grid = max(rows * (cell.height + SheetStyle.gap) - SheetStyle.gap, 0)
    let footer = legendRows.isEmpty ? 0 : SheetStyle.gap + legendRows.count * Legend.rowHeight * scale
    var sheet = Raster(
      width: contentWidth + 2 * SheetStyle.margin, height: header + grid + footer + 2 * SheetStyle.margin,
      fill: SheetStyle.background)

    drawHeader(lines: lines, width: contentWidth, scale: scale, on: &sheet)
    let left = SheetStyle.margin + (contentWidth - gridWidth) / 2
    for (index, tile) in tiles.enumerated() {
      let x = left + index % columns * (cell.width + SheetStyle.gap)
      let y = SheetStyle.margin + header + index / columns * (cell.height + SheetStyle.gap)
      draw(tile, x: x, y: y, size: picture, scale: scale, on: &sheet)
    }
    let legendTop = SheetStyle.margin + header + grid + SheetStyle.gap
    legend.draw(legendRows, x: SheetStyle.margin, y: legendTop, scale: scale, on: &sheet)
    return sheet
  }

  private static let titleHeight = BitmapFont.lineHeight + 8
  private static let smallestWidth = 360
  private static let widthForLargeText = 240

  /// The number of columns that makes the sheet about half again as wide as it is high and leaves few cells empty.
  private static func columns(for count: Int, cell: (width: Int, height: Int)) -> Int {
    func misfit(_ columns: Int) -> Double {
      let rows = (count + columns - 1) / columns
      let proportion = Double(columns * cell.width) / Double(rows * cell.height)
      return abs(log(proportion / 1.5)) + 1.2 * Double(rows * columns - count) / Double(count)
    }
    return (1...max(count, 1)).min { misfit($0) < misfit($1) } ?? 1
  }

  private func drawHeader(lines: [String], width: Int, scale: Int, on sheet: inout Raster) {
    let title = BitmapFont.truncated(title, toWidth: width, scale: scale + 1)
    sheet.drawText(title, x: SheetStyle.margin, y: SheetStyle.margin, scale: scale + 1, SheetStyle.text)
    for (index, line) in lines.enumerated() {
      let y = SheetStyle.margin + (Self.titleHeight + index * BitmapFont.lineHeight) * scale + 4
      sheet.drawText(line, x: SheetStyle.margin, y: y, scale: scale, SheetStyle.dimText)
    }
  }

  private func draw(
    _ tile: CaptionedTile, x: Int, y: Int, size: (width: Int, height: Int), scale: Int, on sheet: inout Raster
  ) {
    let picture = tile.picture
    sheet.draw(picture, x: x + (size.width - picture.width) / 2, y: y + (size.height - picture.height) / 2)
    let colour = tile.isEmphasised ? SheetStyle.emphasis : SheetStyle.text
    let lines = Self.lines(ofCaption: tile.caption, width: size.width, scale: scale)
    for (index, line) in lines.enumerated() {
      sheet.drawText(
        line, x: x, y: y + size.height + 5 + index * BitmapFont.lineHeight * scale, scale: scale, colour)
    }
  }

  private static func lines(ofCaption caption: String, width: Int, scale: Int) -> [String] {
    BitmapFont.width(of: caption, scale: scale) <= width
      ? [caption] : BitmapFont.lines(of: caption, width: width, scale: scale)
  }
}
