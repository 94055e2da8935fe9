import Drawing
import Review
import Testing
import Volumes

@Suite struct ContourTests {
  private static let style = ContourStyle(thickness: 2)

  /// The pixels of a picture at 4 pixels a voxel that outlines of class 1 paint.
  private func outline(_ rows: [String], style: ContourStyle = style) throws -> Set<SIMD2<Int>> {
    let grid = makeGrid(rows[0].count, rows.count, 1, unit: .pixels)
    let view = SliceView(grid: grid, axis: 2, longestSidePixels: 4 * max(rows[0].count, rows.count))
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.size.count))
    let labels = LabelMap(grid: grid, labels: rows.joined().map { $0 == "#" ? 1 : $0 == "?" ? LabelMap.ignored : 0 })
    var picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
    try picture.addContours(of: labels, style: style)
    let drawn = try picture.rendered()
    var pixels: Set<SIMD2<Int>> = []
    for y in 0..<drawn.height {
      for x in 0..<drawn.width where drawn[x, y] == Palette.colour(of: 1) { pixels.insert(SIMD2(x, y)) }
    }
    return pixels
  }

  /// The pixels of the class that lie at most two pixels from one outside it, diagonally too.
  private func expected(_ rows: [String]) -> Set<SIMD2<Int>> {
    let cells = rows.map(Array.init)
    func isInside(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < cells[0].count * 4 && y < cells.count * 4 && cells[y / 4][x / 4] == "#"
    }
    var pixels: Set<SIMD2<Int>> = []
    for y in 0..<cells.count * 4 {
      for x in 0..<cells[0].count * 4 where isInside(x, y) {
        let isNear = (-2...2).contains { dy in (-2...2).contains { dx in !isInside(x + dx, y + dy) } }
        if isNear { pixels.insert(SIMD2(x, y)) }
      }
    }
    return pixels
  }

  @Test("a box's outline is the two outermost pixels of the box at 4 pixels a voxel")
  func outlinesBox() throws {
    let rows = ["........", "..###...", "..###...", "..###...", "........"]
    let pixels = try outline(rows)
    for y in 0..<20 {
      for x in 0..<32 {
        let isBox = (8..<20).contains(x) && (4..<16).contains(y)
        let isCore = (10..<18).contains(x) && (6..<14).contains(y)
        #expect(pixels.contains(SIMD2(x, y)) == (isBox && !isCore), "(\(x), \(y))")
      }
    }
  }

  @Test(
    "outlines follow bends, holes, diagonal neighbours, single voxels and the border of the picture",
    arguments: [
      ["......", ".##...", ".####.", ".####.", "......"], [".....", ".###.", ".#.#.", ".###.", "....."],
      ["#....", ".#...", "..#..", "...##", "...##"], ["##", "##"], ["#"], ["..#.", "####", "..#."],
    ])
  func outlinesShapes(rows: [String]) throws {
    #expect(try outline(rows) == expected(rows))
  }

  @Test("empty labels draw nothing, and voxels that nobody drew are no class")
  func drawsNothing() throws {
    #expect(try outline(["...", "..."]).isEmpty)
    #expect(try outline(["???", ".?."]).isEmpty)
    #expect(try outline(["#?", "??"]) == expected(["#.", ".."]))
  }

  @Test("dashes cover their share of the outline and lie on it")
  func dashes() throws {
    let rows = ["........"] + Array(repeating: ".######.", count: 6) + ["........"]
    let dashed = try outline(rows, style: ContourStyle(thickness: 1, dash: .init(on: 5, off: 5)))
    let solid = try outline(rows, style: ContourStyle(thickness: 1))
    #expect(dashed.isSubset(of: solid))
    #expect(abs(Double(dashed.count) / Double(solid.count) - 0.5) < 0.15)
  }

  @Test("two classes that touch have an outline on either side of their border")
  func separatesClasses() throws {
    let grid = makeGrid(4, 2, 1, unit: .pixels)
    let view = SliceView(grid: grid, axis: 2, longestSidePixels: 16)
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 8))
    var picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
    try picture.addContours(of: LabelMap(grid: grid, labels: [1, 1, 2, 2, 1, 1, 2, 2]), style: Self.style)
    let drawn = try picture.rendered()
    #expect(drawn[7, 4] == Palette.colour(of: 1))
    #expect(drawn[8, 4] == Palette.colour(of: 2))
    #expect(drawn[4, 4] == Colour(grey: 128))
  }
}
