import Foundation
import Testing

/// `segment audit`, and the pipeline lines that it gives.
@Suite struct AuditTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func succeed(_ arguments: String...) throws -> String {
    let outcome = try sandbox.program.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  @Test("Sound data have nothing strange about them, and the load stage that it prints loads them")
  func sound() throws {
    let report = try succeed("audit", "data/heads", "--output", "audit.csv")
    #expect(report.contains("4 cases, no warnings."))
    #expect(report.contains("classes: {background: 0, class_1: 1, class_2: 2, class_3: 3}"))
    let table = String(decoding: try sandbox.data("audit.csv"), as: UTF8.self)
    #expect(table.hasPrefix("case,size,spacing_mm,orientation,datatype,range,classes,findings\nhead_00,"))
    #expect(table.split(separator: "\n").count == 5)
    let stage = try #require(report.range(of: "  - load:"))
    try sandbox.write("name: audited\nstages:\n" + report[stage.lowerBound...], to: "pipeline.yaml")
    _ = try succeed("run", "pipeline.yaml")
  }

  @Test("Copies, shifted labels and damaged files are told, and the stage that it prints loads the rest")
  func strange() throws {
    let folder = sandbox.url.appending(path: "data/heads")
    let files = FileManager.default
    try files.copyItem(
      at: folder.appending(path: "images/head_00.nii.gz"), to: folder.appending(path: "images/copy.nii.gz"))
    try files.copyItem(
      at: folder.appending(path: "labels/head_00.nii.gz"), to: folder.appending(path: "labels/copy.nii.gz"))
    _ = try succeed("convert", "data/heads/labels/head_01.nii.gz", "moved.nii.gz", "--spacing", "2,2,4", "--order", "0")
    try files.removeItem(at: folder.appending(path: "labels/head_01.nii.gz"))
    try files.moveItem(
      at: sandbox.url.appending(path: "moved.nii.gz"), to: folder.appending(path: "labels/head_01.nii.gz"))
    try sandbox.data("data/heads/images/head_02.nii.gz").prefix(2000).write(
      to: folder.appending(path: "images/head_02.nii.gz"))
    let report = try succeed("audit", "data/heads")
    #expect(report.contains("5 cases, 3 cases with warnings."))
    #expect(report.contains("same image as 'copy'"))
    #expect(report.contains("on_mismatch: resample"))
    #expect(report.contains("exclude: [head_00, head_02]"))
    let stage = try #require(report.range(of: "  - load:"))
    try sandbox.write("name: audited\nstages:\n" + report[stage.lowerBound...], to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("2 cases excluded: 'head_00', 'head_02'"))
    struct Content: Decodable {
      struct Row: Decodable {
        let findings: [String]
        let spacing_mm: [Double]?
      }
      let cases: [Row]
      let pipeline: String
    }
    let json = try JSONDecoder().decode(Content.self, from: Data(try succeed("audit", "data/heads", "--json").utf8))
    #expect(json.cases.map(\.findings.isEmpty) == [true, false, false, false, true])
  }

  @Test("A network that sees another spacing predicts on the grid of each scan")
  func commonSpacing() throws {
    let stages = """
        - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 2}
        - predict:
        - evaluate:
      """
    let load = "      resample: {spacing_mm: [2.5, 2.5, 6], order: 1}"
    try sandbox.write(TestPipeline.heads(load: load, stages: stages), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("resampled to voxels of 2.5 x 2.5 x 6 mm (right, anterior, superior), linear"))
    func affine(_ file: String) throws -> String {
      let text = try succeed("info", file)
      return text.split(separator: "\n").filter { $0.hasPrefix("size") || $0.hasPrefix(" ") }.joined()
    }
    #expect(
      try affine("runs/test/predictions/head_03.nii.gz") == affine("data/heads/images/head_03.nii.gz"))
    #expect(try succeed("info", "runs/test/model.safetensors").contains("spacing        2.5 x 2.5 x 6 mm"))
  }

  @Test("Names to exclude that no case has are an error of the pipeline file")
  func exclusions() throws {
    try sandbox.write(
      TestPipeline.heads(load: "      exclude: [head_07]", stages: "  - split: {}"), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("'exclude' lists an unknown case: 'head_07'"))
  }
}
