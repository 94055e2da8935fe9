import Drawing

/// The colours of plots.
enum PlotStyle {
  static let ink = Colour(red: 32, green: 36, blue: 44)
  static let dimInk = Colour(red: 96, green: 102, blue: 112)
  static let grid = Colour(red: 228, green: 231, blue: 236)
  static let axis = Colour(red: 150, green: 156, blue: 166)
  static let textSize = 12.0
}

/// The area of a plot between its axes: where a pair of values is drawn.
struct PlotArea {
  let rectangle: Rectangle
  let xTicks: AxisTicks
  let yTicks: AxisTicks

  /// Where a point of the plot is on the canvas.
  func point(_ x: Double, _ y: Double) -> SIMD2<Double> {
    let across = (x - xTicks.range.lowerBound) / (xTicks.range.upperBound - xTicks.range.lowerBound)
    let up = (y - yTicks.range.lowerBound) / (yTicks.range.upperBound - yTicks.range.lowerBound)
    return SIMD2(rectangle.x + across * rectangle.width, rectangle.bottom - up * rectangle.height)
  }

  /// Draws the lines of the grid, the axes and their numbers.
  ///
  /// - Parameter numbersX: Whether the horizontal axis has numbers.
  func drawAxes(on canvas: Canvas, numbersX: Bool = true) {
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      let y = point(xTicks.range.lowerBound, value).y
      canvas.stroke(Path([SIMD2(rectangle.x, y), SIMD2(rectangle.right, y)]), Ink(PlotStyle.grid))
      let text = Text(label, size: PlotStyle.textSize)
      let extent = text.extent
      canvas.draw(text, at: SIMD2(rectangle.x - 6 - extent.width, y - extent.height / 2), Ink(PlotStyle.dimInk))
    }
    for (value, label) in zip(xTicks.values, xTicks.labels) where numbersX {
      let x = point(value, yTicks.range.lowerBound).x
      canvas.stroke(Path([SIMD2(x, rectangle.y), SIMD2(x, rectangle.bottom)]), Ink(PlotStyle.grid))
      canvas.stroke(Path([SIMD2(x, rectangle.bottom), SIMD2(x, rectangle.bottom + 4)]), Ink(PlotStyle.axis))
      let text = Text(label, size: PlotStyle.textSize)
      canvas.draw(text, at: SIMD2(x - text.extent.width / 2, rectangle.bottom + 5), Ink(PlotStyle.dimInk))
    }
    let corner = SIMD2(rectangle.x, rectangle.bottom)
    canvas.stroke(
      Path([SIMD2(rectangle.x, rectangle.y), corner, SIMD2(rectangle.right, rectangle.bottom)]), Ink(PlotStyle.axis))
  }

  /// The room that the numbers of a vertical axis need.
  static func labelWidth(_ ticks: AxisTicks) -> Double {
    ticks.labels.map { Text($0, size: PlotStyle.textSize).extent.width }.max() ?? 0
  }
}

/// Draws one panel of a plot: its title and legend, its axes and its curves.
struct PlotPanelPainter {
  private static let mostMarkedPoints = 40

  private let panel: LinePlot.Panel
  private let frame: Rectangle
  private let area: PlotArea
  private let hasValues: Bool

  /// Lays out a panel in a frame.
  init(panel: LinePlot.Panel, frame: Rectangle, xTicks: AxisTicks) {
    (self.panel, self.frame) = (panel, frame)
    let values = panel.series.flatMap { $0.stretches.joined().map(\.y) }
    hasValues = !values.isEmpty
    let yTicks = Self.verticalTicks(values: values, covering: panel.covering, count: Int(frame.height / 45))
    let left = max(PlotArea.labelWidth(yTicks) + 10, 28)
    area = PlotArea(
      rectangle: Rectangle(
        x: frame.x + left, y: frame.y + 26, width: frame.width - left - 10, height: frame.height - 54),
      xTicks: xTicks, yTicks: yTicks)
  }

  /// Draws the panel.
  func draw(on canvas: Canvas) {
    drawHeading(on: canvas)
    area.drawAxes(on: canvas)
    guard hasValues else {
      let text = Text("no values yet", size: PlotStyle.textSize)
      let (extent, box) = (text.extent, area.rectangle)
      canvas.draw(
        text, at: SIMD2(box.x + (box.width - extent.width) / 2, box.y + (box.height - extent.height) / 2),
        Ink(PlotStyle.dimInk))
      return
    }
    for (index, series) in panel.series.enumerated() {
      drawCurve(series, Palette.darkColour(of: index + 1), on: canvas)
    }
  }

  /// The range of the values and of what is to be covered, with some room above and below the values.
  private static func verticalTicks(values: [Double], covering: ClosedRange<Double>?, count: Int) -> AxisTicks {
    let lowest = values.min() ?? covering?.lowerBound ?? 0
    let highest = values.max() ?? covering?.upperBound ?? 1
    let room = (highest - lowest) * 0.06
    let lower = min(covering?.lowerBound ?? .infinity, lowest >= 0 ? max(0, lowest - room) : lowest - room)
    let upper = max(
      covering?.upperBound ?? -.infinity, highest + (covering.map { $0.contains(highest) } == true ? 0 : room))
    return AxisTicks(covering: min(lower, covering?.lowerBound ?? lower)...upper, count: count)
  }

  private func drawHeading(on canvas: Canvas) {
    let title = Text(panel.title, size: PlotStyle.textSize, isBold: true, limit: frame.width / 2)
    canvas.draw(title, at: SIMD2(frame.x, frame.y + 2), Ink(PlotStyle.ink))
    var right = frame.right - 10
    for (index, series) in panel.series.enumerated().reversed() {
      let room = right - (frame.x + title.extent.width + 30)
      guard room > 30 else { break }
      let name = Text(series.name, size: PlotStyle.textSize, limit: room)
      let extent = name.extent
      let left = right - extent.width
      canvas.draw(name, at: SIMD2(left, frame.y + 2), Ink(PlotStyle.ink))
      canvas.fill(
        Rectangle(x: (left - 20).rounded(), y: (frame.y + 2 + extent.height / 2 - 1.5).rounded(), width: 14, height: 3),
        Ink(Palette.darkColour(of: index + 1)))
      right = left - 38
    }
  }

  private func drawCurve(_ series: LinePlot.Series, _ colour: Colour, on canvas: Canvas) {
    let stretches = series.stretches
    let isSparse = stretches.reduce(0) { $0 + $1.count } <= Self.mostMarkedPoints
    for stretch in stretches {
      let points = stretch.map { area.point($0.x, $0.y) }
      canvas.stroke(Path(points), Ink(colour), Line(width: 1.8, isRound: true))
      if isSparse || points.count == 1 {
        for place in points { canvas.fillDisc(place, radius: 2.5, Ink(colour)) }
      }
    }
  }
}
