import CDrawing
import Foundation
import Machine

/// A sheet to draw on, in units of 1/96 inch, x to the right and y down; later ink covers earlier ink.
///
/// How letters look depends on the fonts of the machine: pictures are the one kind of result whose bytes may differ from
/// machine to machine.
public final class Canvas {
  /// The width in units.
  public let width: Double
  /// The height in units.
  public let height: Double
  private let handle: OpaquePointer

  fileprivate init(_ handle: OpaquePointer, width: Double, height: Double) {
    (self.handle, self.width, self.height) = (handle, width, height)
  }

  /// Fills a rectangle.
  public func fill(_ rectangle: Rectangle, _ ink: Ink) {
    cdrawing_rectangle(handle, rectangle.box)
    cdrawing_fill(handle, ink.parts)
  }

  /// Fills the area within a path; where parts of the path overlap in the same sense, too.
  public func fill(_ path: Path, _ ink: Ink) {
    trace(path)
    cdrawing_fill(handle, ink.parts)
  }

  /// Draws the line of a path.
  public func stroke(_ path: Path, _ ink: Ink, _ line: Line = Line()) {
    trace(path)
    cdrawing_stroke(handle, ink.parts, line.width, line.dash, line.gap, line.isRound)
  }

  /// Fills a disc.
  public func fillDisc(_ centre: SIMD2<Double>, radius: Double, _ ink: Ink) {
    cdrawing_disc(handle, centre.x, centre.y, radius)
    cdrawing_fill(handle, ink.parts)
  }

  /// Draws within the area of a path alone.
  public func clipped<Result>(to path: Path, _ body: () throws -> Result) rethrows -> Result {
    cdrawing_save(handle)
    defer { cdrawing_restore(handle) }
    trace(path)
    cdrawing_clip(handle)
    return try body()
  }

  /// Draws turned by 90 degrees to the left around a point.
  public func turnedLeft<Result>(around point: SIMD2<Double>, _ body: () throws -> Result) rethrows -> Result {
    cdrawing_save(handle)
    defer { cdrawing_restore(handle) }
    cdrawing_turn_left(handle, point.x, point.y)
    return try body()
  }

  /// Draws a picture into a rectangle.
  ///
  /// - Parameter isSmooth: Whether pixels are interpolated; else each is a rectangle.
  /// - Throws: `DrawingError.failed` without memory.
  public func draw(_ picture: Picture, in rectangle: Rectangle, isSmooth: Bool) throws(DrawingError) {
    let isDrawn = picture.pixels.withUnsafeBufferPointer {
      cdrawing_picture(
        handle, $0.baseAddress, Int32(picture.width), Int32(picture.height), rectangle.box, isSmooth)
    }
    guard isDrawn else { throw .failed(reason: "out of memory") }
  }

  /// Draws a text, its upper left corner at a point.
  ///
  /// - Parameter rim: The width of a dark rim that makes letters legible on any background; 0 for none.
  public func draw(_ text: Text, at point: SIMD2<Double>, _ ink: Ink, rim: Double = 0) {
    text.withText { text in
      var text = text
      cdrawing_draw_text(handle, &text, point.x, point.y, ink.parts, rim)
    }
  }

  private func trace(_ path: Path) {
    for part in path.parts {
      guard let first = part.points.first else { continue }
      cdrawing_move(handle, first.x, first.y)
      for point in part.points.dropFirst() { cdrawing_line(handle, point.x, point.y) }
      if part.isClosed { cdrawing_close_path(handle) }
    }
  }
}

/// What can be drawn on a canvas of its size, in any of the formats.
public protocol Drawable {
  /// The width in units.
  var width: Double { get }
  /// The height in units.
  var height: Double { get }
  /// Draws everything.
  func draw(on canvas: Canvas) throws
}

/// How a drawing is written.
public enum PictureFormat: Hashable, Sendable {
  /// Pixels; so many for a unit.
  case png(scale: Double)
  /// Lines and letters that stay sharp in any size.
  case svg
  /// The same for print.
  case pdf

  /// The format that the ending of a file's name tells; nil for others. A PNG has the scale 1.
  public init?(fileName: String) {
    switch fileName.split(separator: ".").last?.lowercased() {
    case "png": self = .png(scale: 1)
    case "svg": self = .svg
    case "pdf": self = .pdf
    default: return nil
    }
  }
}

extension Drawable {
  /// The drawing as pixels, so many for a unit.
  ///
  /// - Throws: `DrawingError`, and what drawing throws.
  public func rendered(scale: Double = 1) throws -> Picture {
    let handle = try drawn(as: CDRAWING_PNG, scale: scale)
    defer { cdrawing_close(handle) }
    var (columns, rows, stride): (Int32, Int32, Int32) = (0, 0, 0)
    guard let bytes = cdrawing_pixels(handle, &columns, &rows, &stride) else {
      throw DrawingError.failed(reason: "out of memory")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(4 * Int(columns) * Int(rows))
    for row in 0..<Int(rows) {
      for column in 0..<Int(columns) {
        let place = bytes + row * Int(stride) + 4 * column
        let value = UnsafeRawPointer(place).loadUnaligned(as: UInt32.self)
        pixels += [16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } + [255]
      }
    }
    return Picture(width: Int(columns), height: Int(rows), pixels: pixels)
  }

  /// The drawing as the content of a file.
  ///
  /// - Throws: `DrawingError`, and what drawing throws.
  public func data(as format: PictureFormat = .png(scale: 1)) throws -> Data {
    let (kind, scale): (cdrawing_format, Double) =
      switch format {
      case .png(let scale): (CDRAWING_PNG, scale)
      case .svg: (CDRAWING_SVG, 1)
      case .pdf: (CDRAWING_PDF, 1)
      }
    let handle = try drawn(as: kind, scale: scale)
    defer { cdrawing_close(handle) }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message: UnsafePointer<CChar>?
    guard cdrawing_finish(handle, &bytes, &count, &message), let bytes else {
      throw DrawingError.failed(reason: message.map { String(cString: $0) } ?? "out of memory")
    }
    let data = Data(bytesNoCopy: bytes, count: count, deallocator: .free)
    return format == .svg ? SVGNames.numbered(data) : data
  }

  /// What Cairo, Pango and fontconfig map, measured: libraries, fonts and the stacks of two threads.
  private static var addressSpace: Int { 192 << 20 }

  /// A canvas with the drawing, to be closed.
  private func drawn(as kind: cdrawing_format, scale: Double) throws -> OpaquePointer {
    // Pango ends the program where its threads and fonts find no room.
    try MemoryBudget.requireAddressSpace(Self.addressSpace, for: "drawing with Pango")
    if let reason = cdrawing_unavailable() { throw DrawingError.noLibrary(reason: String(cString: reason)) }
    guard let handle = cdrawing_open(kind, width, height, scale) else {
      throw DrawingError.tooLarge(width: width * scale, height: height * scale)
    }
    do {
      try draw(on: Canvas(handle, width: width, height: height))
    } catch {
      cdrawing_close(handle)
      throw error
    }
    return handle
  }
}

/// Why a drawing cannot be made.
public enum DrawingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Cairo and Pango cannot be loaded.
  case noLibrary(reason: String)
  /// There is no canvas of this size.
  case tooLarge(width: Double, height: Double)
  /// Drawing failed.
  case failed(reason: String)

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .noLibrary(let reason):
      "nothing can be drawn with Cairo and Pango: \(reason). Install the packages libpangocairo-1.0-0 and fonts-dejavu-core"
    case .tooLarge(let width, let height):
      "a picture of \(Int(width)) x \(Int(height)) pixels cannot be made; choose fewer or smaller parts"
    case .failed(let reason): "the picture cannot be drawn: \(reason)"
    }
  }
}
