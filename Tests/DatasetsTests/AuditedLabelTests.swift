import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

/// What an audit makes of label files that are no plain labels.
@Suite struct AuditedLabelTests {
  private let folder: ScratchFolder
  private let side = 40

  init() throws { folder = try ScratchFolder() }

  private func label(_ value: (_ x: Int, _ y: Int) -> Int) throws -> AuditedLabel {
    let grid = Grid(size: GridSize(width: side, height: side), affine: .identity, unit: .pixels)
    let url = folder.url.appending(path: "label.png")
    let values = (0..<side * side).map { value($0 % side, $0 / side) }
    try ScanFile.writeLabels(values, grid: grid, to: url)
    return try AuditedLabel(ScanFile.read(url), source: "label")
  }

  @Test("A disc whose border is smooth has grey values between two")
  func smoothEdges() throws {
    let disc = try label { x, y in
      let distance = (Double((x - 20) * (x - 20) + (y - 20) * (y - 20))).squareRoot()
      return Int(max(0, min(1, 12.5 - distance)) * 255)
    }
    #expect(disc.smoothEdges?.low == 0 && disc.smoothEdges?.high == 255)
    #expect(!disc.isImage)
    let findings = AuditedCase(id: "a", image: nil, label: disc, failures: []).findings
    #expect(findings == [.smoothEdges(low: 0, high: 255, between: disc.voxels.count - 2)])
    #expect(findings[0].remedy == .look)
  }

  @Test("Many classes in blocks are labels; as many values without order are an image")
  func images() throws {
    let blocks = try label { x, y in x / 8 + 5 * (y / 8) }
    #expect(blocks.voxels.count == 25 && blocks.smoothEdges == nil && !blocks.isImage)
    #expect(AuditedCase(id: "a", image: nil, label: blocks, failures: []).findings.isEmpty)
    let noise = try label { x, y in (x * 7 + y * 11 + x * y) % 26 }
    #expect(noise.voxels.count == 26 && noise.isImage)
    #expect(
      AuditedCase(id: "a", image: nil, label: noise, failures: []).findings == [.imageAmongLabels(values: 26)])
    let audit = DatasetAudit(
      [
        AuditedCase(id: "a", image: nil, label: noise, failures: []),
        AuditedCase(id: "b", image: nil, label: blocks, failures: []),
      ], expectsLabels: true)
    #expect(audit.labelValues.count == 25)
    #expect(audit.summary.filter { $0.hasPrefix("label") } == ["labels        25 values, 0 to 24"])
  }

  /// A disc whose border has grey values.
  private func disc(_ scale: Double = 255) throws -> AuditedLabel {
    try label { x, y in
      let distance = (Double((x - 20) * (x - 20) + (y - 20) * (y - 20))).squareRoot()
      return Int(max(0, min(1, 12.5 - distance)) * scale)
    }
  }

  @Test("A smooth mask among classes is excluded; among masks all are thresholded")
  func smoothAmongClasses() throws {
    let classes = try label { x, _ in x / 10 }
    let square = try label { x, y in x > 10 && x < 30 && y > 10 && y < 30 ? 255 : 0 }
    let empty = try label { _, _ in 0 }
    func audit(_ labels: [AuditedLabel]) -> DatasetAudit {
      DatasetAudit(
        labels.enumerated().map { AuditedCase(id: "c\($0)", image: nil, label: $1, failures: []) }, expectsLabels: true)
    }
    let mixed = audit([classes, try disc()])
    #expect(mixed.smoothEdges == nil && mixed.excluded == ["c1"])
    #expect(mixed.cases[1].findings == [.smoothAmongClasses])
    #expect(mixed.labelValues.map(\.value) == (0..<4).map { .number($0) })
    let masks = audit([try disc(), square, empty])
    #expect(masks.smoothEdges?.low == 0 && masks.smoothEdges?.high == 255 && masks.excluded.isEmpty)
  }

  @Test("Many numbered objects are labels, also more than there can be classes")
  func objects() throws {
    let objects = try label { x, y in x / 2 + 20 * (y / 2) }
    #expect(objects.voxels.count == 400 && !objects.isImage)
  }

  @Test("All values that are not whole are counted")
  func fractions() throws {
    let grid = Grid(size: GridSize(width: 3, height: 2), affine: .identity, unit: .pixels)
    let error = thrown {
      _ = try LabelValue.counted(
        in: Volume(grid: grid, channels: 1, voxels: [0, 0.5, 1, 0.5, 2, 0.25]), source: "a")
    }
    #expect(error?.description.hasPrefix("label 'a': 3 voxels are not a whole number (first: 0.5") == true)
  }

  @Test("Two values, and three classes, are plain labels")
  func plain() throws {
    for values in [[0, 255], [0, 1, 2]] {
      let plain = try label { x, y in values[(x / 8 + y / 8) % values.count] }
      #expect(plain.smoothEdges == nil && !plain.isImage)
    }
  }
}

/// nnU-Net's channels, of files with one channel each.
@Suite struct MissingChannelTests {
  @Test("Where each case has one file of one channel and dataset.json names two, the second file is named")
  func secondChannel() throws {
    let folder = try ScratchFolder()
    try folder.write(
      #"{"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "a": 1}, "file_ending": ".nii"}"#,
      to: "dataset.json")
    let grid = Grid(size: GridSize(width: 2, height: 2, depth: 2), affine: .identity, unit: .millimetres)
    for name in ["imagesTr/a_0000.nii", "labelsTr/a.nii"] {
      try folder.write("", to: name)
      try ScanFile.writeLabels([Int](repeating: 0, count: 8), grid: grid, to: folder.url.appending(path: name))
    }
    #expect(
      folder.message { _ = try CaseSource.layout(LayoutSource(folder.url)).found(needsClasses: true) }
        .hasPrefix("1 image is missing: of case 'a' (expected 'imagesTr/a_0001.nii')."))
  }
}
