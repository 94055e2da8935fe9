import Drawing
import Foundation
import Testing

/// A drawing made of a closure.
private struct Sketch: Drawable {
  var width = 40.0
  var height = 30.0
  let ink: @Sendable (Canvas) throws -> Void
  func draw(on canvas: Canvas) throws { try ink(canvas) }
}

@Suite("Canvas")
struct CanvasTests {
  private let red = Colour(red: 255, green: 0, blue: 0)

  @Test("rectangles, paths, discs and clips cover what they say, at any scale")
  func shapes() throws {
    let red = red
    let sketch = Sketch { canvas in
      canvas.fill(Rectangle(x: 0, y: 0, width: 40, height: 30), Ink(.white))
      canvas.fill(Rectangle(x: 2, y: 3, width: 4, height: 5), Ink(red))
      canvas.fill(Path([SIMD2(10, 10), SIMD2(20, 10), SIMD2(20, 20), SIMD2(10, 20)], isClosed: true), Ink(red))
      canvas.fillDisc(SIMD2(30, 8), radius: 4, Ink(red))
      canvas.clipped(to: Path([SIMD2(0, 20), SIMD2(10, 20), SIMD2(10, 30), SIMD2(0, 30)], isClosed: true)) {
        canvas.fill(Rectangle(x: 5, y: 25, width: 30, height: 5), Ink(red))
      }
    }
    for scale in [1, 2] {
      let drawn = try sketch.rendered(scale: Double(scale))
      #expect(drawn.width == 40 * scale && drawn.height == 30 * scale)
      for (x, y) in [(3, 4), (15, 15), (30, 8), (7, 27)] { #expect(drawn[x * scale, y * scale] == red, "(\(x), \(y))") }
      for (x, y) in [(1, 4), (22, 15), (25, 8), (12, 27)] { #expect(drawn[x * scale, y * scale] == .white) }
    }
  }

  @Test("a picture's pixels are drawn over what is below, by their alpha")
  func pictures() throws {
    let sketch = Sketch { canvas in
      canvas.fill(Rectangle(x: 0, y: 0, width: 40, height: 30), Ink(.white))
      let picture = Picture(width: 2, height: 1, pixels: [255, 0, 0, 255, 0, 0, 0, 128])
      try canvas.draw(picture, in: Rectangle(x: 0, y: 0, width: 20, height: 10), isSmooth: false)
    }
    let drawn = try sketch.rendered()
    #expect(drawn[5, 5] == red && drawn[25, 5] == .white)
    #expect((126...128).contains(drawn[15, 5].red))
  }

  @Test("a text is as large as it says, longer ones are cut short or broken into lines")
  func texts() {
    let word = Text("word", size: 14)
    #expect(word.extent.width > 20 && word.extent.height > 12)
    #expect(Text("word word", size: 14).extent.width > word.extent.width)
    #expect(Text("word", size: 28).extent.width > 1.9 * word.extent.width)
    let sentence = String(repeating: "word ", count: 40)
    #expect(Text(sentence, size: 14, limit: 100).extent.width <= 100)
    let wrapped = Text(sentence, size: 14, limit: 100, isSingleLine: false).extent
    #expect(wrapped.width <= 100 && wrapped.height > 5 * word.extent.height)
    #expect(Text("a\nb\u{0}c", size: 14).extent.height == word.extent.height)
  }

  @Test("letters of four scripts are drawn with a glyph each, not with the same box")
  func scripts() throws {
    func drawn(_ letter: String) throws -> Picture {
      try Sketch { $0.draw(Text(letter, size: 20), at: SIMD2(5, 2), Ink(.white)) }.rendered()
    }
    for letters in [["a", "b"], ["病", "例"], ["ж", "й"], ["ح", "م"], ["か", "ん"]] {
      let pictures = try letters.map(drawn)
      #expect(pictures[0] != pictures[1], "\(letters)")
      for picture in pictures { #expect(picture.pixels.contains { $0 != 0 && $0 != 255 }) }
    }
  }

  @Test("PNG, SVG and PDF begin as their formats do, and equal drawings are equal files")
  func formats() throws {
    let sketch = Sketch { canvas in
      canvas.stroke(Path([SIMD2(1, 1), SIMD2(30, 20)]), Ink(.white, opacity: 0.5), Line(width: 2, dash: 3, gap: 2))
      canvas.draw(Text("Ω", size: 12), at: SIMD2(3, 3), Ink(.white), rim: 1)
    }
    let starts: [(PictureFormat, [UInt8])] = [
      (.png(scale: 1), [0x89, 0x50, 0x4E, 0x47]), (.svg, Array("<?xml".utf8)), (.pdf, Array("%PDF".utf8)),
    ]
    for (format, start) in starts {
      let data = try sketch.data(as: format)
      #expect(data.starts(with: start) && data.count > 100)
      #expect(try sketch.data(as: format) == data)
    }
    #expect(PictureFormat(fileName: "a.b.SVG") == .svg && PictureFormat(fileName: "a.jpg") == nil)
  }

  @Test("a canvas that no memory holds is refused")
  func tooLarge() throws {
    let sketch = Sketch(width: 1e6, height: 1e6) { _ in }
    #expect(throws: DrawingError.tooLarge(width: 1e6, height: 1e6)) { try sketch.data() }
  }
}
