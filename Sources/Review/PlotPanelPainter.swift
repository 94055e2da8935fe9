/// Draws one panel of a plot: its title and legend, its axes and its curves.
struct PlotPanelPainter {
  static let ink = Colour(red: 32, green: 36, blue: 44)
  static let dimInk = Colour(red: 96, green: 102, blue: 112)
  private static let gridColour = Colour(red: 228, green: 231, blue: 236)
  private static let axisColour = Colour(red: 150, green: 156, blue: 166)
  private static let mostMarkedPoints = 40

  private let panel: LinePlot.Panel
  private let frame: PixelRectangle
  private let area: PixelRectangle
  private let xTicks: AxisTicks
  private let yTicks: AxisTicks
  private let hasValues: Bool

  /// Lays out a panel in a frame.
  init(panel: LinePlot.Panel, frame: PixelRectangle, xTicks: AxisTicks) {
    (self.panel, self.frame, self.xTicks) = (panel, frame, xTicks)
    let values = panel.series.flatMap { $0.stretches.joined().map(\.y) }
    hasValues = !values.isEmpty
    yTicks = Self.verticalTicks(values: values, covering: panel.covering, count: frame.height / 45)
    let labelWidth = yTicks.labels.map { BitmapFont.width(of: $0) }.max() ?? 0
    let left = max(labelWidth + 8, 28)
    area = PixelRectangle(x: frame.x + left, y: frame.y + 22, width: frame.width - left - 10, height: frame.height - 48)
  }

  /// Draws the panel.
  func draw(on raster: inout Raster) {
    drawHeading(on: &raster)
    drawAxes(on: &raster)
    guard hasValues else {
      let text = "no values yet"
      raster.drawText(
        text, x: area.x + (area.width - BitmapFont.width(of: text)) / 2, y: area.y + area.height / 2 - 4, Self.dimInk)
      return
    }
    for (index, series) in panel.series.enumerated() {
      drawCurve(series, Palette.darkColour(of: index + 1), on: &raster)
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

  private func drawHeading(on raster: inout Raster) {
    let title = BitmapFont.truncated(panel.title, toWidth: frame.width / 2)
    raster.drawText(title, x: frame.x, y: frame.y + 4, Self.ink)
    var right = frame.x + frame.width - 10
    for (index, series) in panel.series.enumerated().reversed() {
      let room = right - (frame.x + BitmapFont.width(of: title) + 30)
      guard room > 30 else { break }
      let name = BitmapFont.truncated(series.name, toWidth: room)
      let left = right - BitmapFont.width(of: name)
      raster.drawText(name, x: left, y: frame.y + 4, Self.ink)
      let swatch = PixelRectangle(x: left - 20, y: frame.y + 6, width: 14, height: 3)
      raster.fill(swatch, Palette.darkColour(of: index + 1))
      right = left - 38
    }
  }

  private func drawAxes(on raster: inout Raster) {
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      let y = Int(point(SIMD2(xTicks.range.lowerBound, value)).y)
      raster.fill(PixelRectangle(x: area.x, y: y, width: area.width, height: 1), Self.gridColour)
      raster.drawText(label, x: area.x - 6 - BitmapFont.width(of: label), y: y - 3, Self.dimInk)
    }
    let bottom = area.y + area.height
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      let x = Int(point(SIMD2(value, yTicks.range.lowerBound)).x)
      raster.fill(PixelRectangle(x: x, y: area.y, width: 1, height: area.height), Self.gridColour)
      raster.fill(PixelRectangle(x: x, y: bottom, width: 1, height: 4), Self.axisColour)
      raster.drawText(label, x: x - BitmapFont.width(of: label) / 2, y: bottom + 7, Self.dimInk)
    }
    raster.fill(PixelRectangle(x: area.x, y: bottom, width: area.width + 1, height: 1), Self.axisColour)
    raster.fill(PixelRectangle(x: area.x, y: area.y, width: 1, height: area.height), Self.axisColour)
  }

  private func drawCurve(_ series: LinePlot.Series, _ colour: Colour, on raster: inout Raster) {
    let stretches = series.stretches
    let isSparse = stretches.reduce(0) { $0 + $1.count } <= Self.mostMarkedPoints
    for stretch in stretches {
      let points = stretch.map(point)
      for (start, end) in zip(points, points.dropFirst()) {
        raster.drawLine(from: start, to: end, width: 1.8, colour)
      }
      if isSparse || points.count == 1 {
        for place in points { raster.drawLine(from: place, to: place, width: 5, colour) }
      }
    }
  }

  /// Where a point of the plot lies on the canvas.
  private func point(_ value: SIMD2<Double>) -> SIMD2<Double> {
    let x = (value.x - xTicks.range.lowerBound) / (xTicks.range.upperBound - xTicks.range.lowerBound)
    let y = (value.y - yTicks.range.lowerBound) / (yTicks.range.upperBound - yTicks.range.lowerBound)
    return SIMD2(
      Double(area.x) + 0.5 + x * Double(area.width - 1), Double(area.y) + 0.5 + (1 - y) * Double(area.height - 1))
  }
}
