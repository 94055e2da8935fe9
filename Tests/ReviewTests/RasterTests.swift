import Review
import Testing

@Suite struct RasterTests {
  static let red = Colour(red: 255, green: 0, blue: 0)

  @Test("a filled rectangle covers its pixels and no others, and is cut at the canvas's edges")
  func fillsRectangles() {
    var raster = Raster(width: 5, height: 4)
    raster.fill(PixelRectangle(x: 3, y: -1, width: 9, height: 3), Self.red)
    for y in 0..<4 {
      for x in 0..<5 { #expect(raster[x, y] == (x >= 3 && y < 2 ? Self.red : .black)) }
    }
    raster.fill(PixelRectangle(x: 0, y: 0, width: -3, height: 2), .white)
    #expect(raster[0, 0] == .black)
  }

  @Test("the outline of a rectangle lies inside it")
  func strokesRectangles() {
    var raster = Raster(width: 6, height: 6)
    raster.strokeRectangle(PixelRectangle(x: 1, y: 1, width: 4, height: 4), Self.red)
    for y in 0..<6 {
      for x in 0..<6 {
        let isInside = (1...4).contains(x) && (1...4).contains(y)
        let isHole = (2...3).contains(x) && (2...3).contains(y)
        #expect(raster[x, y] == (isInside && !isHole ? Self.red : .black))
      }
    }
  }

  @Test("drawing outside the canvas has no effect")
  func ignoresOutside() {
    var raster = Raster(width: 3, height: 3)
    let empty = raster
    raster.setPixel(x: -1, y: 0, .white)
    raster.blendPixel(x: 3, y: 0, .white, share: 1)
    raster.drawLine(from: SIMD2(10, 10), to: SIMD2(20, 12), .white)
    raster.drawLine(from: SIMD2(.nan, 0), to: SIMD2(1, 1), .white)
    raster.draw(Raster(width: 2, height: 2, fill: .white), x: 7, y: -5)
    #expect(raster == empty)
  }

  @Test("a horizontal line through pixel centres is sharp, one between two rows is shared by both")
  func smoothsLines() {
    var raster = Raster(width: 9, height: 5)
    raster.drawLine(from: SIMD2(1, 2.5), to: SIMD2(8, 2.5), width: 1, .white)
    #expect((2..<7).allSatisfy { raster[$0, 2] == .white && raster[$0, 1] == .black && raster[$0, 3] == .black })
    var between = Raster(width: 9, height: 5)
    between.drawLine(from: SIMD2(1, 2), to: SIMD2(8, 2), width: 1, .white)
    #expect(between[4, 1] == Colour(grey: 128) && between[4, 2] == Colour(grey: 128))
  }

  @Test("a canvas drawn over the edge of another is cut")
  func drawsRasters() {
    var raster = Raster(width: 3, height: 3)
    raster.draw(Raster(width: 2, height: 2, fill: .white), x: 2, y: -1)
    for y in 0..<3 {
      for x in 0..<3 { #expect(raster[x, y] == (x == 2 && y == 0 ? .white : .black)) }
    }
  }

  @Test("enlarging copies or mixes pixels, shrinking averages them")
  func scales() {
    var pair = Raster(width: 2, height: 1)
    pair[1, 0] = .white
    let copied = pair.scaled(toWidth: 6, height: 2, .nearest)
    #expect((0..<6).map { copied[$0, 1].red } == [0, 0, 0, 255, 255, 255])
    let mixed = pair.scaled(toWidth: 4, height: 1, .smooth)
    #expect((0..<4).map { mixed[$0, 0].red } == [0, 64, 191, 255])
    #expect(pair.scaled(toWidth: 1, height: 1, .smooth)[0, 0] == Colour(grey: 128))
    let thirds = Raster(width: 3, height: 1, samples: [0, 0, 0, 90, 90, 90, 240, 240, 240])
    #expect((0..<2).map { thirds.scaled(toWidth: 2, height: 1, .smooth)[$0, 0].red } == [30, 190])
  }

  @Test("mixing colours is exact at both ends and held within them")
  func mixesColours() {
    let colour = Colour(red: 10, green: 20, blue: 30)
    #expect(colour.mixed(with: .white, share: 0) == colour)
    #expect(colour.mixed(with: .white, share: 2) == .white)
    #expect(Colour.black.mixed(with: .white, share: 0.5) == Colour(grey: 128))
  }
}

@Suite struct PaletteTests {
  @Test("the first 40 classes have 40 colours that are easy to see on grey")
  func distinguishes() {
    let colours = (1...40).map { Palette.colour(of: $0) }
    #expect(Set(colours).count == 40)
    for colour in colours {
      let parts = [colour.red, colour.green, colour.blue].map(Int.init)
      #expect((parts.max() ?? 0) - (parts.min() ?? 0) >= 60)
      #expect((parts.max() ?? 0) >= 160)
    }
  }

  @Test("any two of the first twelve colours differ by at least 30 of 255 in one channel")
  func keepsApart() {
    func distance(_ a: Colour, _ b: Colour) -> Int {
      zip([a.red, a.green, a.blue], [b.red, b.green, b.blue]).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
    for a in 1...12 {
      for b in 1..<a { #expect(distance(Palette.colour(of: a), Palette.colour(of: b)) >= 30, "classes \(a) and \(b)") }
    }
  }

  @Test("every class index has a colour, the background a grey")
  func neverFails() {
    #expect(Palette.colour(of: 0) == Colour(grey: 150))
    #expect(Set((0...254).map { Palette.colour(of: $0) }).count > 200)
  }
}
