import Drawing
import Foundation

/// A confusion matrix: the share of each row, as tones with numbers; blank where none is.
public struct MatrixPanel: PlotPanel {
  /// What it shows.
  public var title: String
  /// The names of rows and columns.
  public var names: [String]
  /// Shape: (row, column). Each in 0...1; nil for a row without anything.
  public var shares: [[Double?]]
  /// What rows are.
  public var rowTitle: String
  /// What columns are.
  public var columnTitle: String

  /// Makes a panel.
  public init(title: String, names: [String], shares: [[Double?]], rowTitle: String, columnTitle: String) {
    (self.title, self.names, self.shares) = (title, names, shares)
    (self.rowTitle, self.columnTitle) = (rowTitle, columnTitle)
  }

  private static let cellColour = Colour(red: 24, green: 88, blue: 170)

  /// Draws it.
  public func draw(on canvas: Canvas, in frame: Rectangle) {
    let texts = names.map { Text($0, size: PlotStyle.textSize, limit: frame.width * 0.25) }
    let label = texts.map(\.extent.width).max() ?? 0
    let (left, top) = (frame.x + label + 26, frame.y + 22 + label)
    let side = min(
      (frame.right - left) / Double(max(names.count, 1)), (frame.bottom - top) / Double(max(names.count, 1)))
    let box = Rectangle(x: left, y: top, width: side * Double(names.count), height: side * Double(names.count))
    let columns = Text(columnTitle, size: PlotStyle.textSize)
    canvas.draw(columns, at: SIMD2(left + (box.width - columns.extent.width) / 2, frame.y), Ink(PlotStyle.dimInk))
    let rows = Text(rowTitle, size: PlotStyle.textSize)
    let corner = SIMD2(frame.x, top + (box.height + rows.extent.width) / 2)
    canvas.turnedLeft(around: corner) { canvas.draw(rows, at: corner, Ink(PlotStyle.dimInk)) }
    for (index, text) in texts.enumerated() {
      let (extent, middle) = (text.extent, (Double(index) + 0.5) * side)
      canvas.draw(text, at: SIMD2(left - 6 - extent.width, top + middle - extent.height / 2), Ink(PlotStyle.ink))
      let start = SIMD2(left + middle - extent.height / 2, top - 6)
      canvas.turnedLeft(around: start) { canvas.draw(text, at: start, Ink(PlotStyle.ink)) }
      for column in names.indices {
        draw(
          shares[index][column],
          at: Rectangle(x: left + Double(column) * side, y: top + Double(index) * side, width: side, height: side),
          on: canvas)
      }
    }
  }

  private func draw(_ share: Double?, at cell: Rectangle, on canvas: Canvas) {
    let colour = share.map { Colour.white.mixed(with: Self.cellColour, share: $0) } ?? PlotStyle.grid
    canvas.fill(Rectangle(x: cell.x, y: cell.y, width: cell.width - 1, height: cell.height - 1), Ink(colour))
    guard let share, share > 0 else { return }
    let text = Text(Self.percent(share), size: min(PlotStyle.textSize, cell.width / 3.6))
    let extent = text.extent
    canvas.draw(
      text, at: SIMD2(cell.x + (cell.width - extent.width) / 2, cell.y + (cell.height - extent.height) / 2),
      Ink(share > 0.5 ? .white : PlotStyle.ink))
  }

  /// A percentage in three digits at most; what is not quite nothing or everything does not look so.
  static func percent(_ share: Double) -> String {
    let value = share * 100
    if value > 0, value < 0.1 { return "<0.1" }
    if value < 100, value > 99.9 { return ">99.9" }
    return value == value.rounded() ? "\(Int(value))" : String(format: "%.1f", value)
  }
}
