import Review
import Testing
import Volumes

/// A grid with axis-aligned voxels; `flips` are the signs of the axes.
func makeGrid(
  _ width: Int, _ height: Int, _ depth: Int, spacing: SIMD3<Double> = SIMD3(1, 1, 1), unit: LengthUnit = .millimetres,
  flips: SIMD3<Double> = SIMD3(1, 1, 1)
) -> Grid {
  var affine = Affine(scale: spacing * flips)
  if unit == .millimetres { affine.translation = SIMD3(-3, 4, 5) }
  return Grid(size: GridSize(width: width, height: height, depth: depth), affine: affine, unit: unit)
}

@Suite struct SliceViewTests {
  /// The letters left, right, above and below.
  private func letters(_ view: SliceView) -> String? {
    view.markers.map { $0.left + $0.right + $0.top + $0.bottom }
  }

  @Test("a spacing of 2:1 makes a picture of 2:1")
  func keepsProportions() {
    let view = SliceView(grid: makeGrid(50, 50, 3, spacing: SIMD3(2, 1, 5)), axis: 2, longestSidePixels: 400)
    #expect(view.width == 400 && view.height == 200)
    let side = SliceView(grid: makeGrid(50, 50, 10, spacing: SIMD3(2, 1, 5)), axis: 1, longestSidePixels: 400)
    #expect(side.width == 400 && side.height == 200)
  }

  @Test("voxels are enlarged by whole numbers where the size then stays near the one that was asked for")
  func prefersWholeScales() {
    #expect(SliceView(grid: makeGrid(192, 192, 1, unit: .pixels), axis: 2).width == 384)
    #expect(SliceView(grid: makeGrid(60, 70, 1, unit: .pixels), axis: 2).height == 350)
    #expect(SliceView(grid: makeGrid(1000, 500, 1, unit: .pixels), axis: 2).width == 384)
    #expect(SliceView(grid: makeGrid(260, 260, 1, unit: .pixels), axis: 2).width == 384)
  }

  @Test("the patient's right is on the left and the front is up, whichever way the voxels run")
  func showsRadiologically() {
    for flips in [SIMD3(1.0, 1, 1), SIMD3(-1, 1, 1), SIMD3(1, -1, -1)] {
      let view = SliceView(grid: makeGrid(4, 5, 6, flips: flips), axis: 2)
      #expect(letters(view) == "RLAP")
      let rightmost = flips.x > 0 ? 3 : 0
      let foremost = flips.y > 0 ? 4 : 0
      #expect(view.voxelIndex(column: 0, row: 0, slice: 2) == (2 * 5 + foremost) * 4 + rightmost)
    }
  }

  @Test("sagittal and coronal slices have the head up")
  func showsOtherPlanes() {
    let grid = makeGrid(4, 5, 6)
    let sagittal = SliceView(grid: grid, axis: 0)
    #expect(letters(sagittal) == "APSI")
    #expect(sagittal.columns == 5 && sagittal.rows == 6 && sagittal.sliceCount == 4)
    #expect(sagittal.voxelIndex(column: 0, row: 0, slice: 1) == (5 * 5 + 4) * 4 + 1)
    let coronal = SliceView(grid: grid, axis: 1)
    #expect(letters(coronal) == "RLSI")
  }

  @Test("axes stored in another order are shown upright all the same")
  func permutesAxes() {
    // i runs to the head, j to the left, k to the front.
    let affine = Affine(
      i: SIMD3(0.1, 0, 2), j: SIMD3(-1, 0.1, 0), k: SIMD3(0, 3, 0.1), translation: SIMD3(1, 2, 3))
    let grid = Grid(size: GridSize(width: 4, height: 5, depth: 6), affine: affine, unit: .millimetres)
    let view = SliceView(grid: grid, axis: 2)
    #expect(letters(view) == "RLSI")
    #expect(view.columns == 5 && view.rows == 4)
    #expect(view.voxelIndex(column: 0, row: 0, slice: 0) == 3)
  }

  @Test("pictures without orientation are shown as stored, without letters")
  func showsPlainPictures() {
    for grid in [
      makeGrid(4, 5, 1, unit: .pixels),
      Grid(size: GridSize(width: 4, height: 5), affine: Affine(scale: SIMD3(0.5, 0.5, 1)), unit: .millimetres),
    ] {
      let view = SliceView(grid: grid, axis: 2)
      #expect(view.markers == nil)
      #expect(view.voxelIndex(column: 1, row: 2, slice: 0) == 9)
    }
  }
}

@Suite struct ToningTests {
  @Test("a window maps its ends to 0 and 255 and holds what is beyond them")
  func mapsEnds() {
    let window = GreyWindow(lower: -10, upper: 30)
    #expect(window.brightness(of: -10) == 0 && window.brightness(of: 30) == 255)
    #expect(window.brightness(of: 10) == 127.5)
    #expect(window.brightness(of: -99) == 0 && window.brightness(of: 99) == 255)
    #expect(window.brightness(of: .nan) == 0 && window.brightness(of: .infinity) == 255)
  }

  @Test("percentiles are exact order statistics of the finite values, negative ones too")
  func findsPercentiles() {
    var values = (0...1000).map { Float(($0 * 610) % 1001) - 500 }
    values += [.nan, .infinity, -.infinity]
    let volume = Volume(grid: makeGrid(values.count, 1, 1), voxels: values)
    #expect(GreyWindow(of: volume) == GreyWindow(lower: -495, upper: 495))
    #expect(GreyWindow(of: volume, percentiles: 0...100) == GreyWindow(lower: -500, upper: 500))
  }

  @Test("a few extreme values do not darken the picture")
  func ignoresOutliers() {
    var values = [Float](repeating: 0, count: 1000)
    for index in values.indices { values[index] = Float(index % 100) }
    values[17] = 1e30
    let window = GreyWindow(of: Volume(grid: makeGrid(10, 10, 10), voxels: values))
    #expect(window.lower == 0 && window.upper == 99)
  }

  @Test("a volume that is nearly all background keeps its few values; a constant or empty one is harmless")
  func handlesDegenerateVolumes() {
    var values = [Float](repeating: 0, count: 1000)
    values[3] = 7
    let grid = makeGrid(10, 10, 10)
    #expect(GreyWindow(of: Volume(grid: grid, voxels: values)) == GreyWindow(lower: 0, upper: 7))
    let constant = GreyWindow(of: Volume(grid: grid, voxels: [Float](repeating: 4, count: 1000)))
    #expect(constant.brightness(of: 4) == 127.5)
    let nothing = GreyWindow(of: Volume(grid: grid, voxels: [Float](repeating: .nan, count: 1000)))
    #expect(nothing.brightness(of: .nan) == 0)
  }

  @Test("three whole channels of a plain picture are its colours, three channels of a scan are not")
  func recognisesColour() {
    let voxels: [Float] = [255, 0, 10, 1, 2, 3]
    #expect(
      Toning(of: Volume(grid: makeGrid(2, 1, 1, unit: .pixels), channels: 3, voxels: voxels)) == .colour(maximum: 255))
    #expect(
      Toning(of: Volume(grid: makeGrid(2, 1, 1, unit: .pixels), channels: 3, voxels: voxels.map { $0 * 257 }))
        == .colour(maximum: 65535))
    #expect(
      Toning(of: Volume(grid: makeGrid(2, 1, 1), channels: 3, voxels: voxels))
        == .grey(GreyWindow(lower: 1, upper: 255), channel: 0))
  }
}
