import Datasets
import Jobs
import Testing
import Volumes

@Suite struct PreparationTests {
  private func preparation(_ axis: BodyAxis, _ spacing: CommonSpacing? = nil) -> Preparation {
    Preparation(normalisation: .none, spacing: spacing, sliceAxis: axis)
  }

  private func grid(_ depth: Int, _ unit: LengthUnit) -> Grid {
    Grid(size: GridSize(width: 4, height: 3, depth: depth), affine: .identity, unit: unit)
  }

  /// A volume of 4 x 3 x 2 voxels whose k runs from right to left; each voxel's value is its index.
  private static let volume: Volume = {
    let size = GridSize(width: 4, height: 3, depth: 2)
    let affine = Affine(i: SIMD3(0, 0.1, 2), j: SIMD3(0, 1, 0), k: SIMD3(-3, 0, 0))
    return Volume(grid: Grid(size: size, affine: affine, unit: .millimetres), voxels: (0..<24).map(Float.init))
  }()

  @Test("Slices lie along k across the axis asked for, whatever order the file has", arguments: BodyAxis.allCases)
  func reorients(axis: BodyAxis) throws {
    let image = try preparation(axis).image(Self.volume, name: "a")
    let depth = [BodyAxis.right: 2, .anterior: 3, .superior: 4][axis]
    #expect(image.grid.size.depth == depth)
    #expect(image.voxels.sorted() == Self.volume.voxels)
    #expect(try preparation(axis).grid(of: Self.volume.grid) == image.grid)
  }

  @Test("Labels are reoriented as images are, and back to what they were", arguments: BodyAxis.allCases)
  func restores(axis: BodyAxis) throws {
    let (preparation, image) = (preparation(axis), try preparation(axis).image(Self.volume, name: "a"))
    let labels = LabelMap(grid: Self.volume.grid, labels: (0..<24).map(UInt8.init))
    let prepared = preparation.reoriented(try preparation.resampled(labels))
    #expect(prepared.labels.map(Float.init) == image.voxels)
    let reorientation = preparation.reorientation(of: labels.grid)
    #expect(prepared.reoriented(by: reorientation.inverse) == labels)
    let steps = reorientation.steps(of: labels.grid.size)
    let size = prepared.grid.size
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let place = steps.first + (SIMD3(i, j, k) &* steps.along).wrappedSum()
          #expect(prepared[i, j, k] == labels.labels[place])
        }
      }
    }
  }

  @Test("The grid, the image and the labels of a prepared scan agree at another spacing")
  func spacing() throws {
    let preparation = preparation(
      .anterior, CommonSpacing(spacingMM: SIMD3(1.5, 0.5, 1), interpolation: .linear))
    let image = try preparation.image(Self.volume, name: "a")
    let labels = LabelMap(grid: Self.volume.grid, labels: (0..<24).map(UInt8.init))
    #expect(try preparation.grid(of: Self.volume.grid) == image.grid)
    #expect(preparation.reoriented(try preparation.resampled(labels)).grid == image.grid)
    #expect(image.grid.size != Self.volume.grid.size)
  }

  @Test("Volumes in pixels are cut along their third axis alone: any other slice axis names them all")
  func check() throws {
    let grids = [("a", grid(5, .pixels)), ("b", grid(1, .pixels)), ("c", grid(6, .pixels))].map {
      (name: $0.0, grid: $0.1)
    }
    try preparation(.superior).check(grids)
    #expect {
      try preparation(.right).check(grids)
    } throws: { error in
      "\(error)".hasPrefix("slice_axis is 'sagittal', but these volumes have no physical size")
        && "\(error)".contains(": a, c. Use slice_axis: axial")
    }
    try preparation(.right).check([("b", grid(1, .pixels)), ("d", grid(5, .millimetres))])
  }

  @Test("The log says how the volumes are really cut")
  func description() {
    #expect(preparation(.right).slices(of: [grid(5, .millimetres)]) == "sagittal slices")
    #expect(preparation(.anterior).slices(of: [grid(5, .millimetres)]) == "coronal slices")
    #expect(preparation(.superior).slices(of: [grid(5, .millimetres), grid(1, .millimetres)]) == "axial slices")
    #expect(preparation(.superior).slices(of: [grid(5, .pixels)]).contains("third voxel axis"))
    #expect(preparation(.right).slices(of: [grid(1, .pixels)]) == "plane images")
  }
}
