import Drawing

/// Boxes of values by class: quartiles, whiskers, and a dot for each value.
public struct BoxPanel: PlotPanel {
  /// The values of a class.
  public struct Group: Sendable {
    /// Its name.
    public var name: String
    /// The values.
    public var values: [Double]
    /// The quartiles.
    public var quartiles: SIMD3<Double>
    /// The ends of the whiskers.
    public var whiskers: ClosedRange<Double>

    /// Makes a group.
    public init(name: String, values: [Double], quartiles: SIMD3<Double>, whiskers: ClosedRange<Double>) {
      (self.name, self.values, self.quartiles, self.whiskers) = (name, values, quartiles, whiskers)
    }
  }

  /// What the values are.
  public var title: String
  /// The classes, coloured in the order of the palette.
  public var groups: [Group]
  /// A range that the axis covers at least.
  public var covering: ClosedRange<Double>?

  /// Makes a panel.
  public init(title: String, groups: [Group], covering: ClosedRange<Double>? = nil) {
    (self.title, self.groups, self.covering) = (title, groups, covering)
  }

  /// Draws it.
  public func draw(on canvas: Canvas, in frame: Rectangle) {
    let values = groups.flatMap(\.values)
    let lower = min(values.min() ?? 0, covering?.lowerBound ?? .infinity)
    let upper = max(values.max() ?? 1, covering?.upperBound ?? -.infinity)
    let room = covering == nil ? (upper - lower) * 0.05 : 0
    let (names, turned) = names(slot: frame.width / Double(max(groups.count, 1)) - 10)
    var inner = frame
    if turned { inner.height -= (names.map(\.extent.width).max() ?? 0) - 10 }
    let area = PlotArea(
      inner, x: 0...Double(max(groups.count, 1)), y: (lower < 0 ? lower - room : max(0, lower - room))...(upper + room),
      hasXTitle: false, hasYTitle: false)
    area.drawAxes(on: canvas, numbersX: false)
    let width = area.rectangle.width / Double(max(groups.count, 1))
    for (index, group) in groups.enumerated() {
      draw(group, Palette.darkColour(of: index + 1), at: Double(index) + 0.5, area, width: width, on: canvas)
      let (name, extent) = (names[index], names[index].extent)
      let place = SIMD2(area.point(Double(index) + 0.5, lower).x, area.rectangle.bottom + 4)
      if turned {
        let corner = place + SIMD2(-extent.height / 2, extent.width)
        canvas.turnedLeft(around: corner) { canvas.draw(name, at: corner, Ink(PlotStyle.dimInk)) }
      } else {
        canvas.draw(name, at: place - SIMD2(extent.width / 2, 0), Ink(PlotStyle.dimInk))
      }
    }
  }

  /// The names of the groups, and whether they are turned, since one of them is wider than a slot.
  private func names(slot: Double) -> ([Text], turned: Bool) {
    let names = groups.map { Text($0.name, size: PlotStyle.textSize, limit: Self.longestName) }
    return (names, names.contains { $0.extent.width > slot })
  }

  private static let longestName = 130.0

  private func draw(
    _ group: Group, _ colour: Colour, at place: Double, _ area: PlotArea, width: Double, on canvas: Canvas
  ) {
    let half = min(width * 0.3, 26)
    func y(_ value: Double) -> Double { area.point(place, value).y }
    let x = area.point(place, 0).x
    for (index, value) in group.values.enumerated() {
      // Dots are spread by their number, so that equal values do not hide each other.
      let spread = (Double(index) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1) - 0.5
      canvas.fillDisc(SIMD2(x + spread * half, y(value)), radius: 1.8, Ink(colour, opacity: 0.45))
    }
    for (end, start) in [
      (group.whiskers.lowerBound, group.quartiles.x), (group.whiskers.upperBound, group.quartiles.z),
    ] {
      canvas.stroke(Path([SIMD2(x, y(start)), SIMD2(x, y(end))]), Ink(colour), Line(width: 1.4))
      canvas.stroke(Path([SIMD2(x - half / 2, y(end)), SIMD2(x + half / 2, y(end))]), Ink(colour), Line(width: 1.4))
    }
    let (top, bottom) = (y(group.quartiles.z), y(group.quartiles.x))
    let box = [SIMD2(x - half, top), SIMD2(x + half, top), SIMD2(x + half, bottom), SIMD2(x - half, bottom)]
    canvas.fill(Path(box, isClosed: true), Ink(colour, opacity: 0.15))
    canvas.stroke(Path(box, isClosed: true), Ink(colour), Line(width: 1.4))
    let middle = y(group.quartiles.y)
    canvas.stroke(Path([SIMD2(x - half, middle), SIMD2(x + half, middle)]), Ink(colour), Line(width: 2.6))
  }
}
