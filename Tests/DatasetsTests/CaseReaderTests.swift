import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

/// Cases of several files, on one grid or on several.
@Suite struct CaseReaderTests {
  private let folder: ScratchFolder
  private let size = GridSize(width: 4, height: 3, depth: 2)

  init() throws { folder = try ScratchFolder() }

  private func grid(_ size: GridSize? = nil, spacing: SIMD3<Double> = .one, at origin: SIMD3<Double> = .zero) -> Grid {
    var affine = Affine(scale: spacing)
    affine.translation = origin
    return Grid(size: size ?? self.size, affine: affine, unit: .millimetres)
  }

  /// Writes a scan whose values count up from `first`.
  private func scan(_ name: String, _ grid: Grid, channels: Int = 1, first: Int = 0) throws -> URL {
    let url = folder.url.appending(path: name)
    let voxels = (0..<grid.size.count * channels).map { Float(first + $0) }
    try ScanFile.write(Volume(grid: grid, channels: channels, voxels: voxels), datatype: .int16, to: url)
    return url
  }

  private func classes() throws -> ClassMap {
    try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [1])])
  }

  private let resampling = CaseReader(classes: nil, reading: ScanReading(onMismatch: .resample))

  @Test("Channels follow one another in the order of the files")
  func concatenates() throws {
    let files = [
      try scan("a.nii", grid()), try scan("b.nii", grid(), channels: 2, first: 100),
      try scan("c.nii", grid(), first: 200),
    ]
    let reader = CaseReader(
      classes: nil, reading: ScanReading(choices: ReadingChoices(furtherDimension: .channels)))
    let read = try reader.scan(files, id: "a")
    #expect(read.channelCounts == [1, 2, 1])
    #expect(read.volume.channels == 4)
    #expect(Array(read.volume.voxels[4..<8]) == [1, 102, 103, 201])
    #expect(read.volume.grid == grid())
    #expect(read.resampled.isEmpty)
  }

  @Test("Files of a case on different grids are refused, both named, in millimetres and degrees")
  func misplacedChannels() throws {
    let first = try scan("a.nii", grid())
    let reader = CaseReader(classes: nil)
    let shifted = try scan("b.nii", grid(at: SIMD3(0, 0, 4)))
    let error = thrown { _ = try reader.scan([first, shifted], id: "x") }
    #expect(
      error?.description.replacing(folder.url.path, with: "~")
        == "case 'x': the images '~/a.nii' and '~/b.nii' are on different grids: 4 mm (4 voxels) apart at a corner, "
        + "rotated by 0.0 degrees. Allowed: 0.1 voxels. Correct the header of one of them; if both are right, "
        + "set 'on_mismatch: resample' in the load stage.")
    #expect(error?.category == .data)
    let larger = try scan("c.nii", grid(GridSize(width: 5, height: 3, depth: 2)))
    #expect(
      folder.message { _ = try reader.scan([first, larger], id: "x") }
        == "case 'x': the image '~/a.nii' has 4x3x2 voxels, '~/c.nii' 5x3x2. Expected the same size; "
        + "export them on one grid, or set 'on_mismatch: resample' in the load stage.")
    let near = try scan("d.nii", grid(at: SIMD3(0, 0.05, 0)))
    #expect(try reader.scan([first, near], id: "x").volume.channels == 2)
  }

  @Test("Images with and without a physical size are no channels of one case, resampled or not")
  func mixedUnits() throws {
    let plane = grid(GridSize(width: 4, height: 3))
    let first = try scan("a.nii", plane)
    let picture = folder.url.appending(path: "b.png")
    try ScanFile.write(
      Volume(grid: plane, voxels: [Float](repeating: 1, count: 12)), datatype: .uint8, to: picture)
    for reader in [CaseReader(classes: nil), resampling] {
      #expect(
        folder.message { _ = try reader.scan([first, picture], id: "x") }
          == "case 'x': '~/a.nii' is in millimetres, '~/b.png' in pixels. Expected the same unit; use one format for "
          + "all images, or set spacing_mm.")
    }
  }

  @Test("Where it is asked for, a further channel is resampled linearly, of another size too, and the misfit is told")
  func resamplesChannels() throws {
    let first = try scan("a.nii", grid())
    // Twice as fine along i over the same field of view, its values twice the place.
    let fine = try scan(
      "b.nii", grid(GridSize(width: 8, height: 3, depth: 2), spacing: SIMD3(0.5, 1, 1), at: SIMD3(-0.25, 0, 0)))
    let same = try resampling.scan([first, fine], id: "x")
    #expect(same.volume.grid == grid())
    #expect(same.resampled.count == 1)
    #expect((0..<4).map { same.volume[$0, 0, 0, channel: 1] } == [0.5, 2.5, 4.5, 6.5])
    #expect(
      same.resampled[0].description.replacing(folder.url.path, with: "~")
        == "'~/b.nii' and the image are on different grids: 0 mm (0 voxels) apart at a corner, rotated by 0.0 degrees, "
        + "8x3x2 voxels instead of 4x3x2")
    // Beyond its field of view a channel has its smallest value.
    let shifted = try scan("c.nii", grid(at: SIMD3(2, 0, 0)), first: 7)
    let half = try resampling.scan([first, shifted], id: "x")
    #expect((0..<4).map { half.volume[$0, 0, 0, channel: 1] } == [7, 7, 7, 8])
  }

  @Test("Labels are resampled to the nearest voxel, and voxels outside their field of view count for nothing")
  func resamplesLabels() throws {
    let url = folder.url.appending(path: "l.nii")
    let field = GridSize(width: 2, height: 3, depth: 2)
    try ScanFile.writeLabels([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], grid: grid(field, at: SIMD3(1.2, 0, 0)), to: url)
    let reader = CaseReader(classes: try classes(), reading: ScanReading(onMismatch: .resample))
    let placed = try reader.placedLabels(url, id: "x", on: grid())
    #expect(Array(placed.labels.labels[0..<4]) == [LabelMap.ignored, 0, 1, LabelMap.ignored])
    #expect(placed.resampled?.misfit.size == field)
    #expect(thrown { _ = try CaseReader(classes: classes()).labels(url, id: "x", on: grid()) }?.category == .data)
    let still = try reader.placedLabels(url, id: "x", on: grid(field, at: SIMD3(1.2, 0.01, 0)))
    #expect(still.resampled == nil && still.labels.grid.affine.translation.y == 0.01)
  }

  @Test("Files whose fields of view share nothing are refused even so")
  func noOverlap() throws {
    let first = try scan("a.nii", grid())
    let far = try scan("b.nii", grid(at: SIMD3(0, 3, 0)))
    #expect(
      folder.message { _ = try resampling.scan([first, far], id: "x") }
        == "case 'x': '~/b.nii' and the image do not overlap: 3 mm (3 voxels) apart at a corner, rotated by 0.0 "
        + "degrees. Check that the files belong together, and check their headers.")
    #expect(try resampling.scan([first, scan("c.nii", grid(at: SIMD3(0, 2.9, 0)))], id: "x").resampled.count == 1)
    // Turned by 45 degrees, boxes may be apart though their extents along the axes are not.
    let turned = Affine(i: SIMD3(1, 1, 0), j: SIMD3(-1, 1, 0), k: SIMD3(0, 0, 1), translation: SIMD3(5.5, 2, 0))
    let oblique = Grid(size: size, affine: turned, unit: .millimetres)
    let url = try scan("d.nii", oblique)
    #expect(thrown { _ = try resampling.scan([first, url], id: "x") } != nil)
  }
}
