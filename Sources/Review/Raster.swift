/// A rectangle of whole pixels: x to the right, y down.
public struct PixelRectangle: Hashable, Sendable {
  /// The leftmost column.
  public var x: Int
  /// The uppermost row.
  public var y: Int
  /// The number of columns.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Makes a rectangle; it is empty where a side is not positive.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The part that lies within a canvas of the given size.
  func clipped(width limitX: Int, height limitY: Int) -> (x: Range<Int>, y: Range<Int>) {
    let left = min(max(x, 0), limitX)
    let top = min(max(y, 0), limitY)
    return (left..<max(left, min(x + width, limitX)), top..<max(top, min(y + height, limitY)))
  }
}

/// A canvas of RGB pixels, 8 bits a channel.
///
/// Shape: samples are stored as (height, width, 3), rows from the top. Drawing outside the canvas has no effect.
public struct Raster: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The samples, red, green and blue of each pixel; `width * height * 3` of them.
  public private(set) var samples: [UInt8]

  /// Makes a canvas of one colour; its sides are at least 1.
  public init(width: Int, height: Int, fill colour: Colour = .black) {
    precondition(width > 0 && height > 0, "a raster has at least one pixel")
    (self.width, self.height) = (width, height)
    samples = [UInt8](repeating: 0, count: width * height * 3)
    fill(colour)
  }

  /// Makes a canvas from its samples.
  public init(width: Int, height: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0 && samples.count == width * height * 3, "a raster has 3 samples per pixel")
    (self.width, self.height, self.samples) = (width, height, samples)
  }

  /// The colour of a pixel inside the canvas.
  public subscript(x: Int, y: Int) -> Colour {
    get {
      let first = (y * width + x) * 3
      return Colour(red: samples[first], green: samples[first + 1], blue: samples[first + 2])
    }
    set {
      let first = (y * width + x) * 3
      (samples[first], samples[first + 1], samples[first + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  /// Paints the whole canvas.
  public mutating func fill(_ colour: Colour) {
    fill(PixelRectangle(x: 0, y: 0, width: width, height: height), colour)
  }

  /// Paints a rectangle.
  public mutating func fill(_ rectangle: PixelRectangle, _ colour: Colour) {
    let (columns, rows) = rectangle.clipped(width: width, height: height)
    for y in rows {
      for x in columns { self[x, y] = colour }
    }
  }

  /// Draws the outline of a rectangle, `thickness` pixels wide, inside it.
  public mutating func strokeRectangle(_ rectangle: PixelRectangle, thickness: Int = 1, _ colour: Colour) {
    let (x, y, width, height) = (rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    fill(PixelRectangle(x: x, y: y, width: width, height: thickness), colour)
    fill(PixelRectangle(x: x, y: y + height - thickness, width: width, height: thickness), colour)
    fill(PixelRectangle(x: x, y: y, width: thickness, height: height), colour)
    fill(PixelRectangle(x: x + width - thickness, y: y, width: thickness, height: height), colour)
  }

  /// Paints a pixel.
  public mutating func setPixel(x: Int, y: Int, _ colour: Colour) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    self[x, y] = colour
  }

  /// Mixes a share, in 0...1, of a colour into a pixel.
  public mutating func blendPixel(x: Int, y: Int, _ colour: Colour, share: Double) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    self[x, y] = self[x, y].mixed(with: colour, share: share)
  }

  /// Copies another canvas into this one, its upper left pixel at (x, y).
  public mutating func draw(_ other: Raster, x: Int, y: Int) {
    let target = PixelRectangle(x: x, y: y, width: other.width, height: other.height)
    let (columns, rows) = target.clipped(width: width, height: height)
    guard !columns.isEmpty else { return }
    for row in rows {
      let source = ((row - y) * other.width + columns.lowerBound - x) * 3
      let destination = (row * width + columns.lowerBound) * 3
      samples.replaceSubrange(
        destination..<destination + columns.count * 3, with: other.samples[source..<source + columns.count * 3])
    }
  }
}
