extension Raster {
  /// Draws the outlines of every foreground class of a plane, the upper left corner of the view at (x, y).
  mutating func drawContours(of plane: LabelPlane, view: SliceView, style: ContourStyle, x: Int = 0, y: Int = 0) {
    for label in plane.classes {
      for loop in Contour(of: label, in: plane).loops {
        var brush = ContourBrush(loop: loop, view: view, style: style, origin: (x, y))
        brush.colour = style.colour(of: Int(label))
        brush.draw(loop, on: &self)
      }
    }
  }
}

/// Draws one outline as a band inside its class.
private struct ContourBrush {
  var colour = Colour.white
  private let view: SliceView
  private let origin: (x: Int, y: Int)
  private let thickness: Int
  private let period: Double
  private let dashLength: Double
  private var travelled = 0

  /// Prepares an outline; its dashes are stretched a little so that a whole number of them fits.
  init(loop: [Contour.Step], view: SliceView, style: ContourStyle, origin: (x: Int, y: Int)) {
    (self.view, self.origin) = (view, origin)
    let smallestVoxel = min(Double(view.width) / Double(view.columns), Double(view.height) / Double(view.rows))
    thickness = max(1, min(style.thickness, Int(smallestVoxel)))
    let length = loop.reduce(0) { $0 + Self.pixels(of: $1, in: view).length }
    if let dash = style.dash, length > 0 {
      let wanted = Double(dash.on + dash.off)
      period = Double(length) / max(1, (Double(length) / wanted).rounded())
      dashLength = period * Double(dash.on) / wanted
    } else {
      (period, dashLength) = (1, 1)
    }
  }

  mutating func draw(_ loop: [Contour.Step], on raster: inout Raster) {
    for (index, step) in loop.enumerated() {
      let (start, length) = Self.pixels(of: step, in: view)
      for position in 0..<length {
        drawColumn(at: start, along: step.direction, position, on: &raster)
        travelled += 1
      }
      let next = loop[(index + 1) % loop.count].direction
      if next == step.direction.turnedLeft { fillInnerCorner(at: start, after: step.direction, length, on: &raster) }
    }
  }

  /// The corner on the screen where a step begins, and the step's length in pixels.
  private static func pixels(of step: Contour.Step, in view: SliceView) -> (start: (x: Int, y: Int), length: Int) {
    let start = (x: view.columnEdges[step.x], y: view.rowEdges[step.y])
    let way = step.direction.step
    let end = (x: view.columnEdges[step.x + way.x], y: view.rowEdges[step.y + way.y])
    return (start, abs(end.x - start.x) + abs(end.y - start.y))
  }

  private var isOnDash: Bool {
    (Double(travelled) + 0.5).truncatingRemainder(dividingBy: period) < dashLength
  }

  /// Draws one pixel's length of a step, from the edge inwards.
  private func drawColumn(
    at start: (x: Int, y: Int), along direction: Contour.Direction, _ position: Int, on raster: inout Raster
  ) {
    guard isOnDash else { return }
    for depth in 0..<thickness { setPixel(from: start, direction, along: position, inwards: depth, on: &raster) }
  }

  /// Fills the square that is left open where the class bends around a corner.
  private func fillInnerCorner(
    at start: (x: Int, y: Int), after direction: Contour.Direction, _ length: Int, on raster: inout Raster
  ) {
    guard isOnDash else { return }
    for ahead in 0..<thickness {
      for depth in 0..<thickness {
        setPixel(from: start, direction, along: length + ahead, inwards: depth, on: &raster)
      }
    }
  }

  /// Paints the pixel so many pixels along a step and to the right of it; a pixel lies right of and below its corner.
  private func setPixel(
    from start: (x: Int, y: Int), _ direction: Contour.Direction, along: Int, inwards: Int, on raster: inout Raster
  ) {
    let (x, y) = (start.x + origin.x, start.y + origin.y)
    switch direction {
    case .right: raster.setPixel(x: x + along, y: y + inwards, colour)
    case .down: raster.setPixel(x: x - 1 - inwards, y: y + along, colour)
    case .left: raster.setPixel(x: x - 1 - along, y: y - 1 - inwards, colour)
    case .up: raster.setPixel(x: x + inwards, y: y - 1 - along, colour)
    }
  }
}
