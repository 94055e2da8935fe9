import CDrawing

/// A rectangle, in units.
public struct Rectangle: Hashable, Sendable {
  /// The left side.
  public var x: Double
  /// The upper side.
  public var y: Double
  /// The width.
  public var width: Double
  /// The height.
  public var height: Double

  /// Makes a rectangle.
  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The right side.
  public var right: Double { x + width }
  /// The lower side.
  public var bottom: Double { y + height }

  var box: cdrawing_box { cdrawing_box(x: x, y: y, width: width, height: height) }
}

/// Lines from point to point.
public struct Path: Hashable, Sendable {
  /// Points that follow one another.
  public struct Part: Hashable, Sendable {
    /// The points.
    public var points: [SIMD2<Double>]
    /// Whether a line leads from the last point to the first.
    public var isClosed: Bool
  }

  /// The parts.
  public private(set) var parts: [Part]

  /// Makes a path of one part, or none.
  public init(_ points: [SIMD2<Double>] = [], isClosed: Bool = false) {
    parts = points.isEmpty ? [] : [Part(points: points, isClosed: isClosed)]
  }

  /// Adds a part.
  public mutating func add(_ points: [SIMD2<Double>], isClosed: Bool) {
    parts.append(Part(points: points, isClosed: isClosed))
  }
}

/// How a line is drawn.
public struct Line: Hashable, Sendable {
  /// The width in units.
  public var width: Double
  /// The length of dashes; 0 for a solid line.
  public var dash: Double
  /// The length of the gaps between dashes.
  public var gap: Double
  /// Whether ends and corners are round.
  public var isRound: Bool

  /// Makes a line.
  public init(width: Double = 1, dash: Double = 0, gap: Double = 0, isRound: Bool = false) {
    (self.width, self.dash, self.gap, self.isRound) = (width, dash, gap, isRound)
  }
}

/// A colour with an opacity.
public struct Ink: Hashable, Sendable {
  /// The colour.
  public var colour: Colour
  /// How much it covers, in 0...1.
  public var opacity: Double

  /// Makes ink.
  public init(_ colour: Colour, opacity: Double = 1) { (self.colour, self.opacity) = (colour, opacity) }

  var parts: cdrawing_colour {
    cdrawing_colour(
      red: Double(colour.red) / 255, green: Double(colour.green) / 255, blue: Double(colour.blue) / 255,
      alpha: opacity)
  }
}

/// Pixels to be drawn.
public struct Picture: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Red, green, blue and alpha of each pixel, row by row.
  public let pixels: [UInt8]

  /// Makes a picture from its bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == 4 * width * height, "a picture has 4 bytes per pixel")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// The colour of a pixel.
  public subscript(x: Int, y: Int) -> Colour {
    let first = 4 * (y * width + x)
    return Colour(red: pixels[first], green: pixels[first + 1], blue: pixels[first + 2])
  }
}
