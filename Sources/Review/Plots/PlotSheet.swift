import Drawing

/// A panel of a plot: axes, and what is drawn in them.
public protocol PlotPanel: Sendable {
  /// What it shows.
  var title: String { get }
  /// Draws it into a frame, below the title.
  func draw(on canvas: Canvas, in frame: Rectangle)
}

/// Panels in rows under a heading, on white.
public struct PlotSheet: Sendable {
  /// The heading.
  public var title: String
  /// Lines of text below it.
  public var details: [String]
  /// The panels, row by row.
  public var panels: [any PlotPanel]
  /// The number of panels in a row.
  public var columns: Int
  /// The size of a panel in units.
  public var panelSize: SIMD2<Double>

  /// Makes a sheet.
  public init(
    title: String, details: [String] = [], panels: [any PlotPanel], columns: Int = 3,
    panelSize: SIMD2<Double> = SIMD2(320, 280)
  ) {
    (self.title, self.details, self.panels) = (title, details, panels)
    (self.columns, self.panelSize) = (max(1, min(columns, panels.count)), panelSize)
  }

  private static let margin = 16.0
  private static let leastWidth = 440.0
  private var headingText: Text { Text(title, size: 18, isBold: true, limit: width - 2 * Self.margin) }
  private var detailTexts: [Text] {
    details.map { Text($0, size: PlotStyle.textSize, limit: width - 2 * Self.margin, isSingleLine: false) }
  }
  private var headerHeight: Double {
    detailTexts.reduce(headingText.extent.height + 12) { $0 + $1.extent.height + 2 }
  }
}

extension PlotSheet: Drawable {
  /// The width of the panels of a row.
  public var width: Double { max(Double(columns) * panelSize.x, Self.leastWidth) + 2 * Self.margin }
  /// The height of all rows and the heading.
  public var height: Double {
    let rows = (panels.count + columns - 1) / columns
    return (headerHeight + Double(rows) * panelSize.y + 2 * Self.margin).rounded(.up)
  }

  /// Draws heading and panels.
  public func draw(on canvas: Canvas) {
    canvas.fill(Rectangle(x: 0, y: 0, width: width, height: height), Ink(.white))
    canvas.draw(headingText, at: SIMD2(Self.margin, Self.margin), Ink(PlotStyle.ink))
    var y = Self.margin + headingText.extent.height + 4
    for line in detailTexts {
      canvas.draw(line, at: SIMD2(Self.margin, y), Ink(PlotStyle.dimInk))
      y += line.extent.height + 2
    }
    for (index, panel) in panels.enumerated() {
      let corner = SIMD2(
        Self.margin + Double(index % columns) * panelSize.x,
        Self.margin + headerHeight + Double(index / columns) * panelSize.y)
      let title = Text(panel.title, size: PlotStyle.textSize, isBold: true, limit: panelSize.x - 16)
      canvas.draw(title, at: corner, Ink(PlotStyle.ink))
      let top = title.extent.height + 4
      panel.draw(
        on: canvas,
        in: Rectangle(x: corner.x, y: corner.y + top, width: panelSize.x - 16, height: panelSize.y - top - 16))
    }
  }
}

extension PlotArea {
  /// Lays out axes in a frame, with room for numbers and for the titles of both axes.
  init(_ frame: Rectangle, x: ClosedRange<Double>, y: ClosedRange<Double>, hasXTitle: Bool, hasYTitle: Bool) {
    let yTicks = AxisTicks(covering: y, count: max(2, Int(frame.height / 45)))
    let left = PlotArea.labelWidth(yTicks) + 10 + (hasYTitle ? 18 : 0)
    let bottom = 22.0 + (hasXTitle ? 16 : 0)
    let xTicks = AxisTicks(covering: x, count: max(2, Int((frame.width - left) / 60)))
    self.init(
      rectangle: Rectangle(
        x: frame.x + left, y: frame.y + 4, width: frame.width - left - 6, height: frame.height - bottom - 4),
      xTicks: xTicks, yTicks: yTicks)
  }

  /// Writes what the axes show.
  func drawTitles(x: String, y: String, in frame: Rectangle, on canvas: Canvas) {
    if !x.isEmpty {
      let text = Text(x, size: PlotStyle.textSize, limit: rectangle.width)
      let extent = text.extent
      canvas.draw(
        text, at: SIMD2(rectangle.x + (rectangle.width - extent.width) / 2, frame.bottom - extent.height),
        Ink(PlotStyle.dimInk))
    }
    guard !y.isEmpty else { return }
    let text = Text(y, size: PlotStyle.textSize, limit: rectangle.height)
    let extent = text.extent
    let corner = SIMD2(frame.x, rectangle.y + (rectangle.height + extent.width) / 2)
    canvas.turnedLeft(around: corner) { canvas.draw(text, at: corner, Ink(PlotStyle.dimInk)) }
  }
}
