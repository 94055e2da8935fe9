import Drawing

/// Curves over a common horizontal axis, in one or more panels below one another, such as a training's progress.
public struct LinePlot: Sendable {
  /// One curve.
  public struct Series: Sendable {
    /// The curve's name in the legend.
    public var name: String
    /// The positions along the horizontal axis.
    public var positions: [Double]
    /// The values, one a position; a value that is not finite is a gap.
    public var values: [Double]

    /// Makes a curve.
    public init(name: String, positions: [Double], values: [Double]) {
      precondition(positions.count == values.count, "a curve has one value per position")
      (self.name, self.positions, self.values) = (name, positions, values)
    }

    /// Makes a curve of values at 1, 2, 3 and so on, such as epochs.
    public init(name: String, values: [Double]) {
      self.init(name: name, positions: values.indices.map { Double($0 + 1) }, values: values)
    }

    /// The points that can be drawn, by stretches without gaps.
    var stretches: [[SIMD2<Double>]] {
      var stretches: [[SIMD2<Double>]] = [[]]
      for (position, value) in zip(positions, values) {
        if position.isFinite, value.isFinite {
          stretches[stretches.count - 1].append(SIMD2(position, value))
        } else {
          stretches.append([])
        }
      }
      return stretches.filter { !$0.isEmpty }
    }
  }

  /// One set of axes.
  public struct Panel: Sendable {
    /// What the vertical axis shows.
    public var title: String
    /// The curves, coloured in the order of the palette.
    public var series: [Series]
    /// A range that the vertical axis covers at least; nil to fit the values alone.
    public var covering: ClosedRange<Double>?

    /// Makes a panel.
    public init(title: String, series: [Series], covering: ClosedRange<Double>? = nil) {
      (self.title, self.series, self.covering) = (title, series, covering)
    }
  }

  /// The heading.
  public var title: String
  /// What the horizontal axis shows.
  public var xTitle: String
  /// The panels, from top to bottom.
  public var panels: [Panel]
  /// The width in units; at least 240.
  public var plotWidth = 760.0
  /// The height of each panel in units, its text included; at least 120.
  public var panelHeight = 240.0

  /// Makes a plot.
  public init(title: String, xTitle: String, panels: [Panel]) {
    (self.title, self.xTitle, self.panels) = (title, xTitle, panels)
  }

  private static let margin = 16.0
  private static let headerHeight = 44.0
  private static let footerHeight = 24.0
}

extension LinePlot: Drawable {
  /// The width.
  public var width: Double { max(plotWidth, 240) }
  /// The height of all panels.
  public var height: Double {
    Self.headerHeight + Double(panels.count) * max(panelHeight, 120) + Self.footerHeight
  }

  /// Draws the plot; a panel without any finite value says that there is none yet.
  public func draw(on canvas: Canvas) {
    canvas.fill(Rectangle(x: 0, y: 0, width: width, height: height), Ink(.white))
    let heading = Text(title, size: 18, isBold: true, limit: width - 2 * Self.margin)
    canvas.draw(heading, at: SIMD2(Self.margin, 12), Ink(PlotStyle.ink))
    let positions = panels.flatMap { $0.series.flatMap { $0.stretches.joined().map(\.x) } }
    let xTicks = AxisTicks(
      covering: (positions.min() ?? 0)...(positions.max() ?? 1), count: 10,
      isWhole: positions.allSatisfy { $0 == $0.rounded() })
    for (index, panel) in panels.enumerated() {
      let frame = Rectangle(
        x: Self.margin, y: Self.headerHeight + Double(index) * max(panelHeight, 120), width: width - 2 * Self.margin,
        height: max(panelHeight, 120))
      PlotPanelPainter(panel: panel, frame: frame, xTicks: xTicks).draw(on: canvas)
    }
    let footing = Text(xTitle, size: PlotStyle.textSize, limit: width - 2 * Self.margin)
    let extent = footing.extent
    canvas.draw(
      footing, at: SIMD2((width - extent.width) / 2, height - Self.footerHeight), Ink(PlotStyle.dimInk))
  }
}
