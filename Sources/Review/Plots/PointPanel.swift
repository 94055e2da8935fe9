import Drawing

/// Points in a plane, as dots or joined by lines, with lines to compare them with.
public struct PointPanel: PlotPanel {
  /// Points that belong together.
  public struct Series: Sendable {
    /// Their name; empty: not in the legend.
    public var name: String
    /// The points.
    public var points: [SIMD2<Double>]
    /// Whether a line joins them.
    public var isJoined: Bool
    /// Whether each has a dot.
    public var hasDots: Bool

    /// Makes a series.
    public init(name: String, points: [SIMD2<Double>], isJoined: Bool, hasDots: Bool) {
      (self.name, self.points, self.isJoined, self.hasDots) = (name, points, isJoined, hasDots)
    }
  }

  /// A horizontal line with a text at its end.
  public struct Level: Sendable {
    /// Where it is.
    public var y: Double
    /// What it is.
    public var name: String
    /// Whether it is dashed.
    public var isDashed: Bool

    /// Makes a line.
    public init(y: Double, name: String, isDashed: Bool) { (self.y, self.name, self.isDashed) = (y, name, isDashed) }
  }

  /// What it shows.
  public var title: String
  /// What the horizontal axis shows.
  public var xTitle: String
  /// What the vertical axis shows.
  public var yTitle: String
  /// The points, coloured in the order of the palette.
  public var series: [Series]
  /// Horizontal lines.
  public var levels: [Level] = []
  /// Whether the line of equal values is drawn.
  public var hasDiagonal = false
  /// Ranges that both axes cover; nil: those of the points.
  public var covering: ClosedRange<Double>?
  /// The number of the first colour of the palette.
  public var firstColour = 1

  /// Makes a panel; the other properties can be set afterwards.
  public init(title: String, xTitle: String, yTitle: String, series: [Series]) {
    (self.title, self.xTitle, self.yTitle, self.series) = (title, xTitle, yTitle, series)
  }

  /// Draws it.
  public func draw(on canvas: Canvas, in frame: Rectangle) {
    let points = series.flatMap(\.points)
    func range(_ values: [Double]) -> ClosedRange<Double> {
      if let covering { return covering }
      guard let lower = values.min(), let upper = values.max() else { return 0...1 }
      let room = (upper - lower) * 0.06
      return (lower - room)...(upper + room)
    }
    let area = PlotArea(
      frame, x: range(points.map(\.x)), y: range(points.map(\.y) + levels.map(\.y)), hasXTitle: !xTitle.isEmpty,
      hasYTitle: !yTitle.isEmpty)
    area.drawAxes(on: canvas)
    area.drawTitles(x: xTitle, y: yTitle, in: frame, on: canvas)
    if hasDiagonal {
      let ends = [area.xTicks.range.lowerBound, area.xTicks.range.upperBound].map { area.point($0, $0) }
      canvas.stroke(Path(ends), Ink(PlotStyle.axis), Line(width: 1, dash: 4, gap: 4))
    }
    for (index, series) in series.enumerated() {
      let ink = Ink(Palette.darkColour(of: index + firstColour))
      let places = series.points.map { area.point($0.x, $0.y) }
      if series.isJoined { canvas.stroke(Path(places), ink, Line(width: 1.8, isRound: true)) }
      if series.hasDots { for place in places { canvas.fillDisc(place, radius: 2.6, ink) } }
    }
    draw(levels, area, on: canvas)
    drawLegend(area, on: canvas)
  }

  private func draw(_ levels: [Level], _ area: PlotArea, on canvas: Canvas) {
    for level in levels {
      let y = area.point(0, level.y).y
      canvas.stroke(
        Path([SIMD2(area.rectangle.x, y), SIMD2(area.rectangle.right, y)]), Ink(PlotStyle.dimInk),
        Line(width: 1.2, dash: level.isDashed ? 5 : 0, gap: 4))
      let text = Text(level.name, size: PlotStyle.textSize - 1)
      let extent = text.extent
      let corner = SIMD2(area.rectangle.right - extent.width - 2, y - extent.height - 1)
      canvas.fill(
        Rectangle(x: corner.x - 2, y: corner.y, width: extent.width + 4, height: extent.height),
        Ink(.white, opacity: 0.95))
      canvas.draw(text, at: corner, Ink(PlotStyle.dimInk))
    }
  }

  /// In the lower right corner of the axes.
  private func drawLegend(_ area: PlotArea, on canvas: Canvas) {
    let named = series.enumerated().filter { !$1.name.isEmpty }
    var y = area.rectangle.bottom - 6
    for (index, series) in named.reversed() {
      let text = Text(series.name, size: PlotStyle.textSize - 1, limit: area.rectangle.width / 2)
      let extent = text.extent
      y -= extent.height
      guard y > area.rectangle.y else { break }
      let x = area.rectangle.right - 6 - extent.width
      canvas.fill(
        Rectangle(x: x - 20, y: y, width: extent.width + 24, height: extent.height), Ink(.white, opacity: 0.95))
      canvas.draw(text, at: SIMD2(x, y), Ink(PlotStyle.ink))
      canvas.fill(
        Rectangle(x: x - 17, y: y + extent.height / 2 - 1.5, width: 12, height: 3),
        Ink(Palette.darkColour(of: index + firstColour)))
    }
  }
}
