import Drawing
import Review
import Testing
import Volumes

@Suite struct SlicePictureTests {
  @Test("the ends of the window are black and white, smooth in between")
  func tonesValues() throws {
    let grid = makeGrid(2, 1, 1, unit: .pixels)
    let image = Volume(grid: grid, voxels: [-5, 5])
    let view = SliceView(grid: grid, axis: 2, longestSidePixels: 8)
    let picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
    let drawn = try picture.rendered()
    let greys = (0..<8).map { drawn[$0, 0].red }
    #expect(greys.first == 0 && greys.last == 255)
    #expect(greys == greys.sorted())
  }

  @Test("colours stay as they are")
  func keepsColours() throws {
    let grid = makeGrid(2, 1, 1, unit: .pixels)
    let image = Volume(grid: grid, channels: 3, voxels: [10, 20, 30, 200, 100, 0])
    let view = SliceView(grid: grid, axis: 2, longestSidePixels: 2)
    let picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
    #expect(picture.image.pixels == [10, 20, 30, 255, 200, 100, 0, 255])
  }

  @Test("letters, a scale bar and a title are drawn where they mean something")
  func writes() throws {
    func differs(unit: LengthUnit, _ change: (inout SlicePicture) -> Void) throws -> Bool {
      let grid = makeGrid(60, 60, 1, unit: unit)
      let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 3600))
      let placed = Grid(
        size: grid.size, affine: Affine(i: SIMD3(-1, 0, 0), j: SIMD3(0, 1, 0), k: SIMD3(0, 0, 1)), unit: unit)
      let view = SliceView(grid: placed, axis: 2)
      var picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
      let plain = try picture.rendered()
      change(&picture)
      return try picture.rendered() != plain
    }
    #expect(try differs(unit: .millimetres) { $0.addMarkers() } && !differs(unit: .pixels) { $0.addMarkers() })
    #expect(try differs(unit: .millimetres) { $0.addScaleBar() } && !differs(unit: .pixels) { $0.addScaleBar() })
    #expect(try differs(unit: .pixels) { $0.addTitle("case 7") })
  }

  @Test("what is right, missed, false and of a wrong class has a colour of its own; ignored voxels have none")
  func errors() throws {
    let grid = makeGrid(6, 1, 1, unit: .pixels)
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 6))
    let view = SliceView(grid: grid, axis: 2, longestSidePixels: 24)
    var picture = try SlicePicture(
      image, slice: 0, view: view, toning: .grey(GreyWindow(lower: 0, upper: 1), channel: 0))
    try picture.addErrors(
      prediction: LabelMap(grid: grid, labels: [0, 1, 0, 1, 2, 1]),
      reference: LabelMap(grid: grid, labels: [0, 1, 1, 0, 1, LabelMap.ignored]), opacity: 1)
    let drawn = try picture.rendered()
    let colours = (0..<6).map { drawn[4 * $0 + 2, 2] }
    #expect(
      colours == [
        .black, ErrorKind.right.colour, ErrorKind.missed.colour, ErrorKind.falseAlarm.colour,
        ErrorKind.wrongClass.colour, .black,
      ])
  }

  @Test("a slice that is not there and a grid of another size are refused")
  func refuses() throws {
    let grid = makeGrid(3, 4, 5)
    let image = Volume(grid: grid, voxels: [Float](repeating: 0, count: 60))
    let view = SliceView(grid: grid, axis: 2)
    #expect(throws: ReviewError.sliceOutOfRange(slice: 5, axis: 2, count: 5)) {
      try SlicePicture(image, slice: 5, view: view, toning: Toning(of: image))
    }
    let other = makeGrid(3, 4, 6)
    let labels = LabelMap(grid: other, labels: [UInt8](repeating: 0, count: 72))
    var picture = try SlicePicture(image, slice: 0, view: view, toning: Toning(of: image))
    #expect(throws: ReviewError.sizeMismatch(.labels, expected: grid.size, found: other.size)) {
      try picture.addContours(of: labels, style: .reference)
    }
  }

  @Test("errors say what, where, expected, found and what to do")
  func explains() {
    #expect(
      ReviewError.sliceOutOfRange(slice: 9, axis: 2, count: 5).description
        == "slice 9 along axis k does not exist: the image has slices 0 to 4; choose other slices")
    let mismatch = ReviewError.sizeMismatch(
      .prediction, expected: GridSize(width: 3, height: 4, depth: 5), found: GridSize(width: 3, height: 4, depth: 6))
    #expect(
      mismatch.description
        == "the prediction has 3x4x6 voxels, expected 3x4x5; an overlay needs labels on the grid of the image")
  }
}

@Suite struct SliceChoiceTests {
  private let grid = makeGrid(2, 2, 20)

  private func labels(_ slices: ClosedRange<Int>) -> LabelMap {
    var map = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: 80))
    for k in slices { map[0, 0, k] = 1 }
    return map
  }

  @Test("slices are spread evenly over the foreground of the reference, else of the prediction, else over all")
  func spreads() throws {
    let choice = SliceChoice.automatic(count: 3)
    #expect(try choice.indices(along: 2, of: grid.size, reference: labels(5...10)) == [6, 8, 10])
    #expect(try choice.indices(along: 2, of: grid.size, prediction: labels(5...10)) == [6, 8, 10])
    #expect(try choice.indices(along: 2, of: grid.size) == [3, 10, 16])
    let empty = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: 80))
    #expect(try choice.indices(along: 2, of: grid.size, reference: empty, prediction: labels(4...4)) == [4])
  }

  @Test("no slice is shown twice, and a single slice is enough")
  func staysWithin() throws {
    let plane = GridSize(width: 4, height: 4)
    #expect(try SliceChoice.automatic(count: 6).indices(along: 2, of: plane) == [0])
    #expect(try SliceChoice.automatic(count: 40).indices(along: 2, of: grid.size) == Array(0..<20))
    #expect(try SliceChoice.automatic(count: 0).indices(along: 2, of: grid.size).count == 1)
  }

  @Test("the slice with the most differences is among those shown")
  func showsWorst() throws {
    var prediction = labels(5...10)
    for i in 0..<2 { prediction[i, 1, 15] = 2 }
    let shown = try SliceChoice.automatic(count: 3).indices(
      along: 2, of: grid.size, reference: labels(5...10), prediction: prediction)
    #expect(shown == [6, 8, 15])
    #expect(SliceChoice.worstSlice(reference: labels(5...10), prediction: labels(5...10), along: 2) == nil)
  }

  @Test("slices that are named are shown in their order, and refused where there are none")
  func takesNamedSlices() throws {
    #expect(try SliceChoice.slices([7, 2, 7]).indices(along: 2, of: grid.size) == [7, 2, 7])
    #expect(throws: ReviewError.sliceOutOfRange(slice: 20, axis: 2, count: 20)) {
      try SliceChoice.slices([20]).indices(along: 2, of: grid.size)
    }
    #expect(throws: ReviewError.sizeMismatch(.reference, expected: GridSize(width: 1, height: 1), found: grid.size)) {
      try SliceChoice.automatic(count: 2).indices(
        along: 2, of: GridSize(width: 1, height: 1), reference: labels(1...2))
    }
  }
}
