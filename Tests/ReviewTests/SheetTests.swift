import Review
import Testing
import Volumes

@Suite struct SheetTests {
  private let grid = makeGrid(12, 10, 6, spacing: SIMD3(2, 2, 4))

  private var image: Volume {
    Volume(grid: grid, voxels: (0..<grid.size.count).map { Float($0 % 12) })
  }

  private func box(_ label: UInt8, at i: Int) -> LabelMap {
    var labels = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
    for k in 1..<5 {
      for j in 3..<7 {
        for i in i..<i + 4 { labels[i, j, k] = label }
      }
    }
    return labels
  }

  private func contains(_ colour: Colour, _ raster: Raster) -> Bool {
    (0..<raster.height).contains { y in (0..<raster.width).contains { x in raster[x, y] == colour } }
  }

  @Test("a sheet shows both outlines, in the same bits every time")
  func drawsCase() throws {
    var sheet = ContactSheet(title: "case 1", classNames: ["background", "box"])
    sheet.slices = .automatic(count: 4)
    sheet.details = ["mean Dice 0.5"]
    sheet.sliceDice = [nil, 0.5, 0.5]
    let drawn = try sheet.draw(image: image, reference: box(1, at: 3), prediction: box(1, at: 5))
    #expect(contains(ContourStyle.reference.colour(of: 1), drawn))
    #expect(contains(ContourStyle.prediction.colour(of: 1), drawn))
    #expect(try sheet.draw(image: image, reference: box(1, at: 3), prediction: box(1, at: 5)) == drawn)
    let alone = try sheet.draw(image: image, prediction: box(1, at: 5))
    #expect(contains(ContourStyle.prediction.colour(of: 1), alone))
    #expect(try sheet.draw(image: image) != alone)
  }

  @Test("a plane image, empty labels and an unnamed class make a sheet")
  func drawsDegenerateCases() throws {
    let plane = makeGrid(5, 4, 1, unit: .pixels)
    let image = Volume(grid: plane, voxels: [Float](repeating: 1, count: 20))
    let empty = LabelMap(grid: plane, labels: [UInt8](repeating: 0, count: 20))
    let sheet = ContactSheet(title: "", classNames: [])
    let drawn = try sheet.draw(image: image, reference: empty, prediction: empty)
    #expect(drawn.width > 384)
    var labelled = empty
    labelled[2, 2, 0] = 7
    #expect(contains(Palette.colour(of: 7), try sheet.draw(image: image, reference: labelled)))
  }

  @Test("hundreds of classes do not make the sheet grow without end")
  func limitsLegend() throws {
    let grid = makeGrid(16, 16, 1, unit: .pixels)
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 256))
    let labels = LabelMap(grid: grid, labels: (0..<256).map { UInt8($0) })
    let sheet = ContactSheet(title: "many", classNames: [])
    #expect(try sheet.draw(image: image, reference: labels).height < 800)
  }

  @Test("labels of another size and slices that are not there are refused")
  func refuses() {
    let sheet = ContactSheet(title: "case", classNames: [])
    let other = makeGrid(2, 2, 2)
    #expect(throws: ReviewError.sizeMismatch(.prediction, expected: grid.size, found: other.size)) {
      try sheet.draw(image: image, prediction: LabelMap(grid: other, labels: [UInt8](repeating: 0, count: 8)))
    }
    var named = sheet
    named.slices = .slices([6])
    #expect(throws: ReviewError.sliceOutOfRange(slice: 6, axis: 2, count: 6)) { try named.draw(image: image) }
  }

  @Test("a preview has a tile for each version, in rows of the wanted length")
  func drawsPreview() throws {
    var sheet = PreviewSheet(title: "augment", classNames: ["background", "box"])
    let tiles = (0..<6).map { PreviewSheet.Tile(caption: "version \($0)", image: image, labels: box(1, at: $0)) }
    sheet.columns = 3
    let wide = try sheet.draw(tiles)
    sheet.columns = 2
    let high = try sheet.draw(tiles)
    #expect(wide.width > high.width && wide.height < high.height)
    #expect(contains(Palette.colour(of: 1), wide))
    sheet.columns = nil
    #expect(try sheet.draw([]).width > 0)
  }

  @Test("every tile is toned as the first, so that a darker version is darker")
  func keepsBrightness() throws {
    var darker = image
    for index in darker.voxels.indices { darker.voxels[index] /= 4 }
    var sheet = PreviewSheet(title: "", classNames: [])
    sheet.columns = 1
    func sum(_ tiles: [PreviewSheet.Tile]) throws -> Int { try sheet.draw(tiles).samples.reduce(0) { $0 + Int($1) } }
    let original = PreviewSheet.Tile(caption: "", image: image)
    #expect(try sum([original, .init(caption: "", image: darker)]) < sum([original, original]))
  }
}
