import Drawing
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

  private func contains(_ colour: Colour, _ raster: Picture) -> Bool {
    (0..<raster.height).contains { y in (0..<raster.width).contains { x in raster[x, y] == colour } }
  }

  @Test("a sheet shows both outlines, in the same bits every time")
  func drawsCase() throws {
    var sheet = ContactSheet(title: "case 1", classNames: ["background", "box"])
    sheet.planes = [ContactSheet.Plane(axis: 2, slices: .automatic(count: 4))]
    sheet.details = ["mean Dice 0.5"]
    sheet.sliceNotes = [2: [nil, "Dice 0.5", "Dice 0.5"]]
    let solid = Palette.colour(of: 1), dashed = solid.mixed(with: .white, share: 0.6)
    func drawn(_ reference: LabelMap?, _ prediction: LabelMap?) throws -> Picture {
      try sheet.drawing(image: image, reference: reference, prediction: prediction).rendered()
    }
    let both = try drawn(box(1, at: 3), box(1, at: 5))
    #expect(contains(solid, both) && contains(dashed, both))
    #expect(try drawn(box(1, at: 3), box(1, at: 5)) == both)
    let alone = try drawn(nil, box(1, at: 5))
    #expect(contains(dashed, alone))
    #expect(try drawn(nil, nil) != alone)
  }

  @Test("masks have the colours of a table, errors their own; three planes are on one sheet")
  func styles() throws {
    var sheet = ContactSheet(title: "case 1", classNames: ["background", "box"])
    sheet.planes = [0, 1, 2].map { ContactSheet.Plane(axis: $0, slices: .automatic(count: 2)) }
    sheet.labelStyle = .masks(opacity: 1)
    let red = Colour(red: 250, green: 10, blue: 20)
    sheet.colours = LabelColours([1: red])
    let masks = try sheet.drawing(image: image, prediction: box(1, at: 5)).rendered()
    #expect(contains(red, masks) && !contains(Palette.colour(of: 1), masks))
    sheet.labelStyle = .errors(opacity: 1)
    sheet.style = .light
    let errors = try sheet.drawing(image: image, reference: box(1, at: 3), prediction: box(1, at: 5)).rendered()
    for kind in [ErrorKind.right, .missed, .falseAlarm] { #expect(contains(kind.colour, errors), "\(kind.name)") }
    #expect(errors[0, 0] == .white && masks[0, 0] != .white)
    #expect(errors.width > 0 && errors.height > 0)
  }

  @Test("names in any script are drawn, each differently, and a long one is cut short")
  func scripts() throws {
    var sheets: [Picture] = []
    for name in ["case", "病例一", "случай", "حالة", "症例"] {
      sheets.append(try ContactSheet(title: name, classNames: []).drawing(image: image).rendered())
    }
    for (index, first) in sheets.enumerated() { for second in sheets[..<index] { #expect(first != second) } }
    let long = String(repeating: "病例 ", count: 400)
    #expect(try ContactSheet(title: long, classNames: []).drawing(image: image).width == Double(sheets[0].width))
  }

  @Test("a plane image, empty labels and an unnamed class make a sheet")
  func drawsDegenerateCases() throws {
    let plane = makeGrid(5, 4, 1, unit: .pixels)
    let image = Volume(grid: plane, voxels: [Float](repeating: 1, count: 20))
    let empty = LabelMap(grid: plane, labels: [UInt8](repeating: 0, count: 20))
    let sheet = ContactSheet(title: "", classNames: [])
    let drawn = try sheet.drawing(image: image, reference: empty, prediction: empty)
    #expect(drawn.width > 384)
    var labelled = empty
    labelled[2, 2, 0] = 7
    #expect(contains(Palette.colour(of: 7), try sheet.drawing(image: image, reference: labelled).rendered()))
  }

  @Test("hundreds of classes do not make the sheet grow without end")
  func limitsLegend() throws {
    let grid = makeGrid(16, 16, 1, unit: .pixels)
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 256))
    let labels = LabelMap(grid: grid, labels: (0..<256).map { UInt8($0) })
    let sheet = ContactSheet(title: "many", classNames: [])
    #expect(try sheet.drawing(image: image, reference: labels).height < 800)
  }

  @Test("labels of another size and slices that are not there are refused")
  func refuses() {
    let sheet = ContactSheet(title: "case", classNames: [])
    let other = makeGrid(2, 2, 2)
    #expect(throws: ReviewError.sizeMismatch(.prediction, expected: grid.size, found: other.size)) {
      _ = try sheet.drawing(image: image, prediction: LabelMap(grid: other, labels: [UInt8](repeating: 0, count: 8)))
    }
    var named = sheet
    named.planes = [ContactSheet.Plane(axis: 2, slices: .slices([6]))]
    #expect(throws: ReviewError.sliceOutOfRange(slice: 6, axis: 2, count: 6)) {
      _ = try named.drawing(image: image)
    }
  }

  @Test("a preview has a tile for each version, in rows of the wanted length")
  func drawsPreview() throws {
    var sheet = PreviewSheet(title: "augment", classNames: ["background", "box"])
    let tiles = (0..<6).map { PreviewSheet.Tile(caption: "version \($0)", image: image, labels: box(1, at: $0)) }
    sheet.columns = 3
    let wide = try sheet.drawing(tiles)
    sheet.columns = 2
    let high = try sheet.drawing(tiles)
    #expect(wide.width > high.width && wide.height < high.height)
    #expect(contains(Palette.colour(of: 1), try wide.rendered()))
    sheet.columns = nil
    #expect(try sheet.drawing([]).width > 0)
  }

  @Test("every tile is toned as the first, so that a darker version is darker")
  func keepsBrightness() throws {
    var darker = image
    for index in darker.voxels.indices { darker.voxels[index] /= 4 }
    var sheet = PreviewSheet(title: "", classNames: [])
    sheet.columns = 1
    func sum(_ tiles: [PreviewSheet.Tile]) throws -> Int {
      try sheet.drawing(tiles).rendered().pixels.reduce(0) { $0 + Int($1) }
    }
    let original = PreviewSheet.Tile(caption: "", image: image)
    #expect(try sum([original, .init(caption: "", image: darker)]) < sum([original, original]))
  }
}
