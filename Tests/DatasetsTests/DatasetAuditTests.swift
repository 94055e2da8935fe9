import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

@Suite("An audit")
struct DatasetAuditTests {
  private let scratch: ScratchFolder
  private let grid = Grid(
    size: GridSize(width: 4, height: 3, depth: 2), affine: Affine(scale: SIMD3(1, 2, 5)), unit: .millimetres)

  init() throws { scratch = try ScratchFolder() }

  private func image(_ values: [Float], on grid: Grid? = nil) throws -> AuditedImage {
    let grid = grid ?? self.grid
    let url = scratch.url.appending(path: "\(UUID().uuidString).nii")
    try ScanFile.write(
      Volume(grid: grid, channels: values.count / grid.size.count, voxels: values), datatype: .float32, to: url)
    let reader = CaseReader(
      classes: nil, reading: ScanReading(choices: ReadingChoices(furtherDimension: .channels)))
    return AuditedImage(try reader.scan([url], id: "a"))
  }

  private func label(_ values: [Int], on grid: Grid? = nil) throws -> AuditedLabel {
    let url = scratch.url.appending(path: "\(UUID().uuidString).nii")
    try ScanFile.writeLabels(values, grid: grid ?? self.grid, to: url)
    return try AuditedLabel(ScanFile.read(url), source: "label")
  }

  private let ramp = (0..<24).map { Float($0) }
  private let drawn = [0, 1, 1, 2] + [Int](repeating: 0, count: 20)

  @Test("finds nothing strange in sound cases, and says what they hold")
  func sound() throws {
    let other = ramp.map { $0 + 1 }
    let audit = DatasetAudit(
      [
        AuditedCase(id: "b", image: try image(other), label: try label(drawn.reversed()), failures: []),
        AuditedCase(id: "a", image: try image(ramp), label: try label(drawn), failures: []),
      ], expectsLabels: true)
    #expect(audit.cases.map(\.id) == ["a", "b"])
    #expect(audit.cases.allSatisfy { $0.findings.isEmpty })
    #expect(audit.remedies.isEmpty)
    #expect(
      audit.text
        == """
        case  size   spacing mm  orientation  datatype  range    classes                 findings
        a     4x3x2  1x2x5       RAS          float32   0 to 23  1: 0.02 ml, 2: 0.01 ml
        b     4x3x2  1x2x5       RAS          float32   1 to 24  1: 0.02 ml, 2: 0.01 ml
        """)
    #expect(
      audit.csv
        == """
        case,size,spacing_mm,orientation,datatype,range,classes,findings
        a,4x3x2,1x2x5,RAS,float32,0 to 23,"1: 0.02 ml, 2: 0.01 ml",
        b,4x3x2,1x2x5,RAS,float32,1 to 24,"1: 0.02 ml, 2: 0.01 ml",

        """)
    #expect(
      audit.summary
        == [
          "sizes         4 x 3 x 2", "spacings mm   1 x 2 x 5", "orientations  RAS (2)", "datatypes     float32 (2)",
          "range         0 to 1, median 1 up to 23 to 24, median 24", "label 0       in 2 cases",
          "label 1       in 2 cases", "label 2       in 2 cases",
        ])
    #expect(audit.labelValues.map(\.voxels) == [42, 4, 2])
  }

  @Test("names what is strange about a case, and what a pipeline file can do about it")
  func findings() throws {
    func findings(_ image: AuditedImage?, _ label: AuditedLabel?, _ failures: [String] = []) -> [String] {
      AuditedCase(id: "a", image: image, label: label, failures: failures).findings.map(\.description)
    }
    let sound = try image(ramp)
    var shifted = grid
    shifted.affine.translation = SIMD3(0, 0, 7)
    #expect(
      findings(sound, try label(drawn, on: shifted))
        == ["image and label are on different grids: 7 mm (1.4 voxels) apart at a corner, rotated by 0.0 degrees"])
    let larger = Grid(size: GridSize(width: 6, height: 2, depth: 2), affine: grid.affine, unit: .millimetres)
    #expect(
      findings(sound, try label(drawn, on: larger)) == [
        "the label probably belongs to another image: the image has 4x3x2 voxels, the label 6x2x2 of the same spacing, "
          + "and neither contains the other. Check that the two files belong together"
      ])
    let finer = Grid(
      size: GridSize(width: 8, height: 3, depth: 1), affine: Affine(scale: SIMD3(0.5, 2, 10)), unit: .millimetres)
    #expect(findings(sound, try label(drawn, on: finer)) == ["the image has 4x3x2 voxels, the label 8x3x1"])
    #expect(findings(sound, try label([Int](repeating: 0, count: 24))) == ["the label is empty"])
    #expect(
      findings(try image([.nan, .infinity] + ramp.dropFirst(2)), nil) == ["2 values are NaN or infinite"])
    #expect(
      findings(try image([Float](repeating: 3, count: 24)), nil) == ["channel 0 is constant"])
    #expect(findings(nil, nil, ["a.nii: file not found"]) == ["a.nii: file not found"])
    let twoChannels = try image(ramp.flatMap { [$0, $0] })
    #expect(findings(twoChannels, nil) == ["the image has 4 dimensions (2 in the fourth)"])
    #expect(AuditFinding.misplacedLabel(grid.displacement(to: shifted)!).remedy == .key("on_mismatch: resample"))
    #expect(AuditFinding.emptyLabel.remedy == .look)
  }

  @Test("says that a label is that of another image, and proposes to exclude the case")
  func unrelatedLabels() throws {
    let sound = try image(ramp)
    func reason(_ change: (inout Grid) -> Void, voxels: [Int]? = nil) throws -> UnrelatedLabel? {
      var other = grid
      change(&other)
      let values = voxels ?? [Int](repeating: 1, count: other.size.count)
      let findings = AuditedCase(id: "a", image: sound, label: try label(values, on: other), failures: []).findings
      guard case .unrelatedLabel(let reason)? = findings.first else { return nil }
      #expect(findings.count == 1 && findings[0].remedy == .exclude)
      return reason
    }
    #expect(try reason { $0.affine.translation.x = 100 } == .apart(distanceMM: 100))
    #expect(
      AuditFinding.unrelatedLabel(.apart(distanceMM: 100)).description
        == "the label probably belongs to another image: the two do not overlap, their centres are 100 mm apart. "
        + "Check that the two files belong together")
    #expect(
      try reason { $0.affine = Affine(scale: SIMD3(2, 2, 5)) }
        == .otherSpacing(image: SIMD3(1, 2, 5), label: SIMD3(2, 2, 5)))
    #expect(
      try reason { $0.affine = Affine(scale: SIMD3(1, 2, 5) / 1024) }
        == .otherUnit(image: SIMD3(1, 2, 5), label: SIMD3(1, 2, 5) / 1024))
    #expect(try reason { $0.affine.translation.z = 9 } == .smallOverlap(share: 1.0 / 12))
    // Only the last voxel is drawn, which is outside.
    let last = [Int](repeating: 0, count: 23) + [1]
    #expect(try reason({ $0.affine.translation.z = 6 }, voxels: last) == .foregroundOutside)
    #expect(try reason { $0.affine.translation.z = 6 } == nil)
    // A label that covers a part of the image, or all of it with other voxels, may be resampled.
    #expect(try reason { $0.size.width = 2 } == nil)
    #expect(
      try reason {
        $0 = Grid(size: GridSize(width: 8, height: 3, depth: 2), affine: Affine(scale: SIMD3(0.5, 2, 5)), unit: $0.unit)
      } == nil)
  }

  @Test("finds copies by what they hold, whatever their files and names, and cases that are unlike the others")
  func comparisons() throws {
    let audit = DatasetAudit(
      [
        AuditedCase(id: "a", image: try image(ramp), label: try label(drawn), failures: []),
        AuditedCase(id: "b", image: try image(ramp.map { $0 * 2 }), label: try label(drawn), failures: []),
        AuditedCase(id: "c", image: try image(ramp), label: nil, failures: []),
        AuditedCase(id: "d", image: try image(ramp.flatMap { [$0, $0] }), label: nil, failures: []),
      ], expectsLabels: true)
    #expect(audit.cases[0].findings.isEmpty)
    #expect(audit.cases[1].findings == [.duplicateLabel(of: "a")])
    #expect(audit.cases[2].findings == [.duplicateImage(of: "a"), .noLabel])
    #expect(audit.cases[3].findings == [.furtherDimension(2), .channels(2, usual: 1), .noLabel])
    #expect(
      audit.remedies
        == [
          "# 'b': same label as 'a'", "# 'c': same image as 'a'",
          "# 'c' and 1 more: has no label", "# 'd': the image has 2 channels, most have 1",
          "exclude: [b, c, d]",
        ])
  }

  @Test("What is excluded takes no other case with it, and sets no key of the load stage")
  func exclusions() throws {
    let far = Grid(size: grid.size, affine: Affine(scale: SIMD3(4, 8, 20)), unit: .millimetres)
    let other = ramp.map { $0 + 1 }
    let audit = DatasetAudit(
      [
        AuditedCase(id: "a", image: nil, label: try label(drawn), failures: ["damaged"]),
        AuditedCase(id: "b", image: try image(ramp), label: try label(drawn), failures: []),
        AuditedCase(id: "c", image: try image(other, on: far), label: try label(drawn.reversed()), failures: []),
        AuditedCase(id: "d", image: try image(other), label: try label(drawn.reversed()), failures: []),
      ], expectsLabels: true)
    #expect(audit.cases[1].findings.isEmpty && audit.cases[3].findings.isEmpty)
    #expect(audit.excluded == ["a", "c"])
    #expect(!audit.needsOneSpacing && audit.remedies.last == "exclude: [a, c]")
  }

  @Test("Images of a few whole values may be labels, where there are no labels")
  func labelsAlone() throws {
    let mask = AuditedCase(id: "a", image: try image(drawn.map(Float.init)), label: nil, failures: [])
    #expect(DatasetAudit([mask], expectsLabels: false).cases[0].findings == [.labelAmongImages(values: 3)])
    let scan = AuditedCase(id: "a", image: try image(ramp), label: nil, failures: [])
    #expect(DatasetAudit([scan], expectsLabels: false).cases[0].findings.isEmpty)
  }
}
