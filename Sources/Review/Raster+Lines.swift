extension Raster {
  /// Draws a line with round ends and smooth edges.
  ///
  /// Coordinates are in pixels from the canvas's upper left corner: a pixel's centre lies at half-integers.
  /// A line from a point to itself is a disc.
  public mutating func drawLine(
    from start: SIMD2<Double>, to end: SIMD2<Double>, width lineWidth: Double = 1, _ colour: Colour
  ) {
    let direction = end - start
    let squaredLength = (direction * direction).sum()
    guard squaredLength.isFinite, start.x.isFinite, start.y.isFinite else { return }
    let reach = lineWidth / 2 + 1
    let columns = pixels(from: min(start.x, end.x) - reach, to: max(start.x, end.x) + reach, limit: width)
    let rows = pixels(from: min(start.y, end.y) - reach, to: max(start.y, end.y) + reach, limit: height)
    for y in rows {
      for x in columns {
        let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - start
        let along = squaredLength > 0 ? min(max((offset * direction).sum() / squaredLength, 0), 1) : 0
        let away = offset - direction * along
        let coverage = lineWidth / 2 + 0.5 - (away * away).sum().squareRoot()
        if coverage > 0 { blendPixel(x: x, y: y, colour, share: min(coverage, 1)) }
      }
    }
  }

  /// The pixels of one axis between two coordinates, within the canvas.
  private func pixels(from lower: Double, to upper: Double, limit: Int) -> Range<Int> {
    let first = Int(min(max(lower.rounded(.down), 0), Double(limit)))
    let last = Int(min(max(upper.rounded(.up), 0), Double(limit)))
    return first..<max(first, last)
  }
}
