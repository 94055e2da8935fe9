import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

/// Cases whose files have the same voxels in another order.
@Suite struct ReorderedCaseTests {
  private let folder: ScratchFolder
  private let grid = Grid(
    size: GridSize(width: 4, height: 3, depth: 2), affine: Affine(scale: SIMD3(1, 1.5, 2)), unit: .millimetres)

  init() throws { folder = try ScratchFolder() }

  private var labels: [Int] { (0..<24).map { $0 % 7 == 0 ? 1 : 0 } }

  private func classes() throws -> ClassMap {
    try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [1])])
  }

  /// Writes labels in another order.
  private func label(_ orientation: String) throws -> URL {
    let volume = Volume(grid: grid, voxels: labels.map(Float.init))
    let url = folder.url.appending(path: "label_\(orientation).nii")
    try ScanFile.write(
      volume.reoriented(to: try #require(Orientation(orientation))), datatype: .uint8, to: url)
    return url
  }

  @Test("A label in another order is put into the image's order, and both orders are named")
  func label() throws {
    for policy in ScanReading.MismatchPolicy.allCases {
      let reader = CaseReader(classes: try classes(), reading: ScanReading(onMismatch: policy))
      for orientation in ["LPS", "LAS", "PSR", "SAL", "IPR"] {
        let url = try label(orientation)
        let placed = try reader.placedLabels(url, id: "x", on: grid)
        #expect(placed.labels.labels.map(Int.init) == labels, "\(orientation)")
        #expect(placed.labels.grid == grid && placed.resampled == nil)
        #expect(
          placed.reordered?.description.replacing(folder.url.path, with: "~")
            == "'~/label_\(orientation).nii' stores its voxels in the order \(orientation), the image in RAS; they "
            + "were reoriented to the image's order, without interpolation")
      }
      #expect(try reader.placedLabels(label("RAS"), id: "x", on: grid).reordered == nil)
    }
  }

  @Test("A further image in another order becomes a channel in the first one's order")
  func channel() throws {
    let first = Volume(grid: grid, voxels: (0..<24).map(Float.init))
    let urls = ["a.nii", "b.nii"].map { folder.url.appending(path: $0) }
    try ScanFile.write(first, datatype: .int16, to: urls[0])
    try ScanFile.write(first.reoriented(to: Orientation("PIL")!), datatype: .int16, to: urls[1])
    let scan = try CaseReader(classes: nil).scan(urls, id: "x")
    #expect((0..<24).allSatisfy { scan.volume.voxels[2 * $0] == scan.volume.voxels[2 * $0 + 1] })
    #expect(scan.reordered.map(\.found) == [Orientation("PIL")!] && scan.resampled.isEmpty)
  }

  @Test("A label value beyond 2^24 is refused, and named as the file has it")
  func largeValue() throws {
    let url = folder.url.appending(path: "large.nii")
    var values = [Int](repeating: 0, count: 24)
    values[5] = 16_777_216
    try ScanFile.writeLabels(values, grid: grid, to: url)
    var bytes = try Array(Data(contentsOf: url))
    withUnsafeBytes(of: Int32(614_454_277)) { bytes.replaceSubrange(352 + 4 * 5..<352 + 4 * 6, with: $0) }
    try Data(bytes).write(to: url)
    let expected =
      "label '~/large.nii' has the value 614454277 at (i, j, k) = (1, 1, 0). Expected values from -16777216 to "
      + "16777216; number the structures from 1, and keep a list of old and new values."
    let reader = CaseReader(classes: try classes())
    #expect(folder.message { _ = try reader.labels(url, id: "x", on: grid) } == expected)
    #expect(folder.message { _ = try LabelValue.readScan(url) } == expected)
  }

  @Test("Messages advise what the command has, and call files what it calls them")
  func advice() throws {
    var other = grid
    other.affine.translation.x = 3
    func message(_ label: Grid, _ roles: GridRoles) -> String {
      thrown { try grid.checkLabel(label, ofCase: "a", roles: roles) }?.description ?? ""
    }
    let evaluation = GridRoles(fixed: "reference", other: "prediction", advice: .conversion)
    #expect(
      message(other, evaluation)
        == "case 'a': reference and prediction are on different grids: 3 mm (3 voxels) apart at a corner, rotated by "
        + "0.0 degrees. Allowed: 0.1 voxels. Check that the two files belong together, and which header is right.")
    other.size.width = 5
    #expect(
      message(other, evaluation) == "case 'a': the reference has 4x3x2 voxels, the prediction 5x3x2. Expected the same "
        + "size; check that the two files belong together, and that the prediction is on the grid of the reference.")
    #expect(message(other, .imageAndLabel).contains("on_mismatch"))
  }

  @Test("A reading without skip_unreadable is written as before it was a choice")
  func encoding() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let plain = String(decoding: try encoder.encode(ScanReading()), as: UTF8.self)
    #expect(plain == #"{"affine":"automatic","alpha":"automatic","on_mismatch":"error"}"#)
    let reading = ScanReading(choices: ReadingChoices(skipsUnreadable: true))
    let back = try JSONDecoder().decode(ScanReading.self, from: encoder.encode(reading))
    #expect(back == reading && back.departures == ["unreadable files skipped"])
  }
}
