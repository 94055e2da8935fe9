import Datasets
import Foundation
import Jobs
import ScanIO
import Testing
import Volumes

/// The values that an audit chooses for a pipeline.
@Suite struct AuditPipelineTests {
  /// The pipeline for cases of these spacings; each label has the values of its case, each in `run` voxels.
  private func pipeline(
    _ spacings: [SIMD3<Double>], _ size: GridSize, values: [[Int]], groups: String? = nil, run: Int = 1,
    warning: String? = nil
  ) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for part in ["images", "labels"] {
      try FileManager.default.createDirectory(at: folder.appending(path: part), withIntermediateDirectories: true)
    }
    for (index, spacing) in spacings.enumerated() {
      let grid = Grid(size: size, affine: Affine(scale: spacing), unit: .millimetres)
      let image = (0..<size.count).map { Float($0 * (index + 1)) }
      try ScanFile.write(
        Volume(grid: grid, channels: 1, voxels: image), datatype: .float32,
        to: folder.appending(path: "images/c\(index).nii"))
      // Labels that begin later differ from one another.
      let labels = (0..<size.count).map { $0 < 2 * index ? 0 : values[index][$0 / run % values[index].count] }
      try ScanFile.writeLabels(labels, grid: grid, to: folder.appending(path: "labels/c\(index).nii"))
    }
    if let groups { try Data(groups.utf8).write(to: folder.appending(path: "groups.csv")) }
    let report = try FolderAudit(folder, images: nil, labels: nil).run()
    if let warning { #expect(report.findings.contains(warning), "\(report.findings)") }
    return report.pipeline(relativeTo: folder).split(separator: "\n").map { String($0.drop { $0 == " " }) }
  }

  @Test("Slices are across the axis with clearly the largest spacing, and spacings that differ get their median")
  func geometry() throws {
    let lines = try pipeline(
      [SIMD3(1, 3, 1), SIMD3(1, 3, 1), SIMD3(2, 3, 1)], GridSize(width: 20, height: 7, depth: 34),
      values: Array(repeating: [0, 1], count: 3))
    #expect(lines.contains("resample: {spacing_mm: median}"))
    #expect(
      lines.contains {
        $0.hasPrefix("network: {") && $0.contains("depth: 3,") && $0.hasSuffix("slice_axis: coronal}")
      })
    // Of the third case the 20 columns of 2 mm become 40 of 1 mm.
    #expect(
      lines.contains { $0.hasPrefix("patch: [40, 40]        # height, width: holds the largest slice (34 x 40)") })
    #expect(lines.contains("- overlay: {cases: worst 5, planes: coronal}"))
  }

  @Test("Volumes of at least 8 voxels along each axis are for a 3-D network, as wholes or in patches")
  func volumes() throws {
    for (size, note, epochs) in [
      (GridSize(width: 8, height: 64, depth: 9), "whole volumes", 30),
      (GridSize(width: 72, height: 72, depth: 64), "patches of the volumes, of at most 2^18 voxels", 20),
    ] {
      let lines = try pipeline(
        Array(repeating: SIMD3(1, 1, 1), count: 3), size, values: Array(repeating: [0, 1], count: 3))
      #expect(lines.contains { $0.hasPrefix("network: {") && $0.contains("dimensions: 3") }, "\(lines)")
      #expect(lines.contains("batch: 2        # \(note)") && lines.contains("epochs: \(epochs)"), "\(lines)")
      #expect(!lines.contains { $0.hasPrefix("patch:") })
    }
  }

  @Test("Groups that do not fit are a warning")
  func groups() throws {
    let table = "case,patient\nc0,p0\nc1,p0\n"
    let lines = try pipeline(
      Array(repeating: SIMD3(1, 1, 1), count: 3), GridSize(width: 12, height: 12, depth: 2),
      values: Array(repeating: [0, 1], count: 3), groups: table,
      warning: "warning: groups.csv is not used, and cases of one patient may be in several parts: group table")
    #expect(!lines.contains { $0.hasPrefix("group_table") })
  }

  @Test("Numbers of objects, and more values than classes, are merged into one class")
  func objects() throws {
    let size = GridSize(width: 20, height: 20, depth: 1)
    let spacings = Array(repeating: SIMD3<Double>(1, 1, 1), count: 3)
    let objects = try pipeline(
      spacings, size, values: [10, 12, 14].map { Array(0...$0) }, run: 4,
      warning: "look like numbers of objects (instances), up to 14 in a label")
    #expect(objects.contains { $0.hasPrefix("classes: {background: 0, class_1: 1}") })
    #expect(objects.contains { $0.hasPrefix("label_map: {2: 1, 3: 1, ") && $0.contains(", 14: 1}") })
    let many = try pipeline(
      spacings, size, values: [Array(0...99), [0] + Array(100...198), [0] + Array(200...298)], run: 4,
      warning: "the labels have 298 values, more than the 254 classes of a pipeline")
    #expect(many.contains { $0.hasPrefix("label_map: {2: 1, ") && $0.contains(", 298: 1}") })
  }

  @Test("A name that says nothing gets the folder above it")
  func names() throws {
    func name(_ path: String) throws -> String {
      let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let data = folder.appending(path: path)
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      let grid = Grid(size: GridSize(width: 4, height: 4, depth: 2), affine: .identity, unit: .millimetres)
      try ScanFile.write(
        Volume(grid: grid, channels: 1, voxels: (0..<32).map(Float.init)), datatype: .float32,
        to: data.appending(path: "a.nii"))
      let report = try FolderAudit(data, images: nil, labels: nil).run()
      let lines = report.pipeline(relativeTo: nil).split(separator: "\n")
      return lines.first { $0.hasPrefix("name: ") }.map { String($0.dropFirst(6)) } ?? ""
    }
    #expect(try name("liver") == "liver")
    #expect(try name("siteA/data") == "sitea-data")
    #expect(try name("My study/data/imagesTr") == "my-study-data-imagestr")
  }

  @Test("The seed puts every class into the training part, and cases of a patient stay together")
  func split() throws {
    let values = [[0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1, 2]]
    let spacings = Array(repeating: SIMD3<Double>(1, 1, 1), count: 6)
    let size = GridSize(width: 12, height: 12, depth: 2)
    for rare in values.indices {
      var values = values
      values.swapAt(rare, 5)
      let lines = try pipeline(spacings, size, values: values)
      let seed = try #require(lines.compactMap { $0.hasPrefix("seed: ") ? UInt64($0.dropFirst(6)) : nil }.first)
      let cases = (0..<6).map { GroupedCase(id: "c\($0)", group: "c\($0)") }
      let split = try Split.drawn(
        from: cases, fractions: Split.Fractions(train: 0.7, validation: 0.15, test: 0.15), seed: seed, stage: "split")
      #expect(split.train.contains("c\(rare)"))
    }
    let groups = "case,patient\n" + (0..<6).map { "c\($0),p\($0 / 3)\n" }.joined()
    let lines = try pipeline(spacings, size, values: Array(repeating: [0, 1], count: 6), groups: groups)
    #expect(lines.contains("group_table: groups.csv"))
    #expect(lines.contains { $0.hasPrefix("- split: {train: 0.5, validation: 0.0, test: 0.5}") })
  }
}
