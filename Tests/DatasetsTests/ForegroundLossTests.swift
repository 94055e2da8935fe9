import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

/// Labels that are resampled to their image's grid: what they lose is said, and it is an error to lose all.
@Suite struct ForegroundLossTests {
  private let folder: ScratchFolder
  private let size = GridSize(width: 8, height: 8, depth: 8)

  init() throws { folder = try ScratchFolder() }

  private func grid(_ spacing: Double = 1, at origin: SIMD3<Double> = SIMD3(10, 10, 10)) -> Grid {
    var affine = Affine(scale: SIMD3(repeating: spacing))
    affine.translation = origin
    return Grid(size: size, affine: affine, unit: .millimetres)
  }

  private func classes() throws -> ClassMap {
    try ClassMap([
      .init(name: "background", values: [0]), .init(name: "bar", values: [1]), .init(name: "dot", values: [2]),
    ])
  }

  /// A bar along i through the middle, of 8 voxels.
  private var bar: [Int] {
    (0..<512).map { $0 / 8 % 8 == 4 && $0 / 64 == 4 ? 1 : 0 }
  }

  private func placed(_ values: [Int], _ label: Grid, on image: Grid) throws -> PlacedLabels {
    let url = folder.url.appending(path: "label.nii")
    try ScanFile.writeLabels(values, grid: label, to: url)
    let reader = CaseReader(classes: try classes(), reading: ScanReading(onMismatch: .resample))
    return try reader.placedLabels(url, id: "x", on: image)
  }

  @Test("The share of the foreground outside the image is measured by voxels")
  func share() throws {
    let placed = try placed(bar, grid(at: SIMD3(14, 10, 10)), on: grid())
    let loss = try #require(placed.resampled?.loss)
    #expect(loss.voxels == 8 && loss.outside == 4 && loss.vanished.isEmpty && !loss.isComplete)
    #expect("\(loss)" == "50 % of the foreground (4 of 8 voxels) is outside the image and is lost")
    #expect(placed.labels.labels.count { $0 == 1 } == 4)
  }

  @Test("Labels that keep everything lose nothing")
  func nothing() throws {
    #expect(try placed(bar, grid(at: SIMD3(10.5, 10, 10)), on: grid()).resampled?.loss == nil)
    #expect(try placed(bar, grid(), on: grid()).resampled == nil)
  }

  @Test("A label with a negated column of its affine, all of whose foreground falls out, is an error of the data")
  func negated() throws {
    var mirrored = grid()
    mirrored.affine = Affine(
      i: SIMD3(-1, 0, 0), j: SIMD3(0, 1, 0), k: SIMD3(0, 0, 1), translation: SIMD3(10, 10, 10))
    var values = bar
    // What shows on the shared face is background.
    values[4 * 64 + 4 * 8] = 0
    let error = thrown { _ = try placed(values, mirrored, on: grid()) }
    #expect(error?.category == .data)
    let text = error?.description ?? ""
    #expect(text.contains("no foreground is left; 7 of its 7 foreground voxels are outside the image"))
    #expect(text.contains("Correct the affine in the header"))
  }

  @Test("A label in metres or micrometres is an error that says how much larger or smaller its voxels are")
  func metres() throws {
    let small = thrown { _ = try placed(bar, grid(0.001, at: SIMD3(0.01, 0.01, 0.01)), on: grid(at: .zero)) }
    #expect(small?.category == .data)
    #expect(
      small?.description.contains("are 1000 times smaller than those of the image: 0.001 x 0.001 x 0.001 mm") == true)
    let large = thrown { _ = try placed(bar, grid(1000, at: .zero), on: grid(at: .zero)) }
    #expect(large?.description.contains("are 1000 times larger than those of the image") == true)
  }

  @Test("A class that resampling leaves no voxel of is named")
  func vanished() throws {
    var values = bar
    values[0] = 2
    let loss = try #require(
      ForegroundLoss(
        from: LabelMap(grid: grid(), labels: values.map(UInt8.init)),
        to: LabelMap(grid: grid(), labels: bar.map(UInt8.init)), names: classes().names))
    #expect(loss.vanished == ["dot"] && loss.outside == 0 && !loss.isComplete)
    #expect("\(loss)" == "the class 'dot' has no voxel left")
  }
}
