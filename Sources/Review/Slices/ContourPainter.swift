import Drawing

/// Draws the outlines of a slice's classes as bands inside them, so that neighbours do not cover each other.
struct ContourPainter {
  let view: SliceView
  let style: ContourStyle
  /// The upper left corner of the slice on the canvas.
  let corner: SIMD2<Double>

  func draw(_ plane: LabelPlane, _ colours: LabelColours, on canvas: Canvas) {
    for label in plane.classes {
      let outline = path(of: Contour(of: label, in: plane))
      let ink = Ink(style.colour(of: Int(label), colours))
      // The half of the line that is outside the class is cut off.
      canvas.clipped(to: outline) {
        canvas.stroke(outline, ink, Line(width: 2 * thickness, dash: dash.on, gap: dash.off))
      }
    }
  }

  /// The line is no wider than the smallest side of a voxel, so that the image shows between the outlines of thin
  /// structures.
  private var thickness: Double {
    let voxel = min(Double(view.width) / Double(view.columns), Double(view.height) / Double(view.rows))
    return max(0.75, min(style.thickness, voxel))
  }

  private var dash: (on: Double, off: Double) { style.dash.map { ($0.on, $0.off) } ?? (0, 0) }

  private func path(of contour: Contour) -> Path {
    var path = Path()
    for loop in contour.loops {
      // A corner is where the direction changes.
      let corners = loop.indices.filter { loop[$0].direction != loop[($0 + loop.count - 1) % loop.count].direction }
      path.add(
        corners.map { index in
          corner + SIMD2(Double(view.columnEdges[loop[index].x]), Double(view.rowEdges[loop[index].y]))
        }, isClosed: true)
    }
    return path
  }
}

/// How outlines are drawn.
public struct ContourStyle: Hashable, Sendable {
  /// The width of the line, inside the class, in units.
  public var thickness: Double
  /// The lengths of dashes and gaps; nil for a solid line.
  public var dash: Dash?
  /// How much white is mixed into the class's colour, in 0...1.
  public var whiteShare: Double

  /// The lengths of a dash and of the gap after it, in units.
  public struct Dash: Hashable, Sendable {
    /// The length of a dash.
    public var on: Double
    /// The length of a gap.
    public var off: Double

    /// Makes a pattern; both lengths are above 0.
    public init(on: Double, off: Double) {
      precondition(on > 0 && off > 0, "dashes and gaps have a length")
      (self.on, self.off) = (on, off)
    }
  }

  /// Makes a style.
  public init(thickness: Double, dash: Dash? = nil, whiteShare: Double = 0) {
    (self.thickness, self.dash, self.whiteShare) = (thickness, dash, whiteShare)
  }

  /// The reference: solid, in the class's colour.
  public static let reference = ContourStyle(thickness: 2)
  /// A prediction: dashed and brighter, so that a reference below it shows through.
  public static let prediction = ContourStyle(thickness: 2, dash: Dash(on: 5, off: 5), whiteShare: 0.6)

  /// The colour of a class in this style.
  func colour(of label: Int, _ colours: LabelColours) -> Colour {
    colours[label].mixed(with: .white, share: whiteShare)
  }
}
