import Foundation
import Testing

/// `segment audit`, and the pipeline lines that it gives.
@Suite struct AuditTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func succeed(_ arguments: String...) throws -> String { try outcome(arguments).output }

  private func outcome(_ arguments: [String], status: Int32 = 0) throws -> Program.Outcome {
    let outcome = try sandbox.program.run(arguments)
    try #require(outcome.status == status, "\(arguments): \(outcome.errors)")
    return outcome
  }

  /// A network that is trained in a second, in place of the one that an audit proposes.
  private static let small = [
    "train.epochs=1", "train.network.base_channels=2", "train.network.depth=2", "train.samples_per_epoch=4",
  ]

  private func run(_ pipeline: String, until stage: String? = nil) throws -> String {
    let changes = stage == nil ? Self.small.flatMap { ["--set", $0] } : []
    return try outcome(["run", pipeline] + changes + (stage.map { ["--until", $0] } ?? [])).errors
  }

  @Test("Sound data have no warnings, and the pipeline on standard output runs as it is")
  func sound() throws {
    let audit = try outcome(["audit", "data/heads", "--output", "audit.csv"])
    #expect(audit.errors.contains("4 cases, no warnings.\n"))
    let table = String(decoding: try sandbox.data("audit.csv"), as: UTF8.self)
    #expect(table.hasPrefix("case,size,spacing_mm,orientation,datatype,range,classes,findings\nhead_00,"))
    #expect(table.split(separator: "\n").count == 5)
    let folder = sandbox.url.appending(path: "data/heads").path
    #expect(
      audit.output == """
        # Written by 'segment audit': 4 cases, no warnings.
        # Check it with 'segment validate FILE', run it with 'segment run FILE'.
        name: heads
        seed: 1
        stages:
          - load:
              images: "\(folder)/images/*"
              labels: "\(folder)/labels/{case}.nii.gz"
              classes: {background: 0, class_1: 1, class_2: 2, class_3: 3}        # rename the classes
          - split: {train: 0.7, validation: 0.15, test: 0.15}
          - augment: {preset: standard}
          - train:
              network: {kind: unet, dimensions: 3, base_channels: 16, depth: 4, norm: instance}
              loss: cross_entropy_and_soft_dice
              optimiser: {kind: adam, learning_rate: 1.0e-3}
              batch: 2        # whole volumes
              epochs: 30
          - predict: {part: test}
          - evaluate: {}
          - overlay: {cases: worst 5, planes: axial}

        """)
    try sandbox.write(audit.output, to: "elsewhere/pipeline.yaml")
    #expect(try succeed("validate", "elsewhere/pipeline.yaml").contains("overlay <- "))
    _ = try outcome(["run", "elsewhere/pipeline.yaml", "--dry-run"])
    #expect(try run("elsewhere/pipeline.yaml").contains("overlay: finished"))
    #expect(try !sandbox.names(in: "runs/heads/overlays").isEmpty)
  }

  @Test("--pipeline writes the file with paths relative to its folder, and never replaces another")
  func file() throws {
    let arguments = ["audit", "data/heads", "--pipeline", "plans/my.yaml"]
    #expect(
      try outcome(arguments, status: 2).errors.contains("plans/my.yaml: its folder does not exist; check the path"))
    try sandbox.write("", to: "plans/.keep")
    let audit = try outcome(arguments)
    #expect(audit.output.isEmpty)
    #expect(audit.errors.hasSuffix("wrote plans/my.yaml; rename its classes, then: segment run plans/my.yaml\n"))
    let text = String(decoding: try sandbox.data("plans/my.yaml"), as: UTF8.self)
    #expect(text.contains("images: \"../data/heads/images/*\"\n"))
    #expect(try run("plans/my.yaml", until: "split").contains("split: finished"))
    try sandbox.write("mine", to: "plans/my.yaml")
    #expect(
      try outcome(arguments, status: 2).errors.contains(
        "my.yaml: already exists; choose another file, or add --overwrite"))
    #expect(try sandbox.data("plans/my.yaml") == Data("mine".utf8))
    _ = try outcome(arguments + ["--overwrite"])
    #expect(try sandbox.data("plans/my.yaml") == Data(text.utf8))
    let input = ["audit", "data/heads", "--pipeline", "data/heads/labels/head_00.nii.gz", "--overwrite"]
    #expect(try outcome(input, status: 2).errors.contains("also an input"))
    try sandbox.write("case,patient\n", to: "data/heads/groups.csv")
    for option in ["--pipeline", "--output"] {
      let groups = ["audit", "data/heads", option, "data/heads/groups.csv", "--overwrite"]
      #expect(try outcome(groups, status: 2).errors.contains("also an input"))
    }
    let suffix = ["audit", "data/heads", "--images", "images/*", "--suffix", "T1w"]
    #expect(try outcome(suffix, status: 2).errors.contains("--suffix cannot be used with --images"))
    let same = ["audit", "data/heads", "--pipeline", "a.csv", "--output", "./a.csv"]
    #expect(try outcome(same, status: 2).errors.contains("name the same file"))
  }

  @Test("Pictures without a physical size get windows of their size, and the pipeline runs")
  func pictures() throws {
    #expect(try sandbox.program.run("phantom", "--output", "p", "--heads", "0", "--membranes", "3").status == 0)
    let text = try succeed("audit", "p/membranes")
    #expect(text.contains("classes: {background: 0, class_1: 255}") && !text.contains("slice_axis"))
    try sandbox.write(text, to: "membranes.yaml")
    #expect(try run("membranes.yaml").contains("overlay: finished"))
  }

  @Test("Where nothing pairs, the audit says so with exit code 3 and prints no pipeline")
  func noPairs() throws {
    for number in 0..<4 {
      try FileManager.default.moveItem(
        at: sandbox.url.appending(path: "data/heads/labels/head_0\(number).nii.gz"),
        to: sandbox.url.appending(path: "data/heads/labels/\(["w", "x", "y", "z"][number]).nii.gz"))
    }
    let audit = try outcome(["audit", "data/heads", "--pipeline", "my.yaml"], status: 3)
    #expect(audit.output.isEmpty && !sandbox.exists("my.yaml"))
    #expect(audit.errors.hasPrefix("error: no label belongs to an image"))
    #expect(audit.errors.contains("  4 labels: 'w.nii.gz', 'x.nii.gz', 'y.nii.gz', 'z.nii.gz'\n"))
  }

  @Test("Masks beside the images are their labels, channels included, and the pipeline runs")
  func beside() throws {
    let files = FileManager.default
    try sandbox.write("", to: "mixed/.keep")
    for number in 0..<4 {
      let name = "head_0\(number)"
      for channel in ["_0000", "_0001"] {
        try files.copyItem(
          at: sandbox.url.appending(path: "data/heads/images/\(name).nii.gz"),
          to: sandbox.url.appending(path: "mixed/\(name)\(channel).nii.gz"))
      }
      guard number > 0 else { continue }
      try files.copyItem(
        at: sandbox.url.appending(path: "data/heads/labels/\(name).nii.gz"),
        to: sandbox.url.appending(path: "mixed/\(name)_seg.nii.gz"))
    }
    try files.copyItem(
      at: sandbox.url.appending(path: "mixed/head_01_seg.nii.gz"),
      to: sandbox.url.appending(path: "mixed/head_09_seg.nii.gz"))
    let audit = try outcome(["audit", "mixed"])
    #expect(audit.errors.contains("4 cases, 1 case with warnings, 1 image without a label, 1 label without an image."))
    #expect(audit.errors.contains("1 label has no image: 'head_09'"))
    #expect(audit.output.contains("exclude: [head_00]"))
    try sandbox.write(audit.output, to: "mixed.yaml")
    #expect(try run("mixed.yaml").contains("3 of them have a label"))
  }

  @Test("The label of another image is excluded; without two labelled cases there is only a load stage")
  func otherImage() throws {
    for number in 1..<4 {
      _ = try succeed(
        "convert", "data/heads/labels/head_0\(number).nii.gz", "a.nii", "--overwrite")
      var bytes = try sandbox.data("a.nii")
      // The third number of each row of the affine's last column: 5 metres away.
      for row in 0..<3 {
        withUnsafeBytes(of: Float(5000)) { bytes.replaceSubrange(292 + 16 * row..<296 + 16 * row, with: $0) }
      }
      for offset in [268, 272, 276] {
        withUnsafeBytes(of: Float(5000)) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
      }
      try bytes.write(to: sandbox.url.appending(path: "far.nii"))
      _ = try succeed("convert", "far.nii", "data/heads/labels/head_0\(number).nii.gz", "--overwrite")
    }
    let audit = try outcome(["audit", "data/heads"])
    #expect(audit.output.contains("exclude: [head_01, head_02, head_03]") && !audit.output.contains("on_mismatch"))
    #expect(audit.output.contains("and 2 more: the label probably belongs to another image: the two do not overlap"))
    let reason = "a training and a test need 2 labelled cases or patients, there is 1"
    #expect(audit.errors.contains("The pipeline has only a load stage: \(reason)."))
    #expect(audit.output.hasSuffix("# only a load stage: \(reason)\n"))
    try sandbox.write(audit.output, to: "load.yaml")
    #expect(try outcome(["run", "load.yaml"]).errors.contains("load: finished"))
  }

  @Test("Copies, shifted labels and damaged files are reported, and the load stage loads the rest")
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
    let audit = try outcome(["audit", "data/heads"])
    #expect(audit.errors.contains("5 cases, 3 cases with warnings."))
    #expect(audit.output.contains("same image as 'copy'"))
    #expect(audit.output.contains("on_mismatch: resample"))
    #expect(audit.output.contains("exclude: [head_00, head_02]"))
    try sandbox.write(audit.output, to: "pipeline.yaml")
    #expect(try run("pipeline.yaml", until: "load").contains("2 cases excluded: 'head_00', 'head_02'"))
    struct Content: Decodable {
      struct Row: Decodable {
        let findings: [String]
        let spacing_mm: [Double]?
      }
      let cases: [Row]
      let labels_without_image: [String]
      let warnings: [String]
      let pipeline: String
    }
    let json = try outcome(["audit", "data/heads", "--json"])
    #expect(json.errors.isEmpty)
    let content = try JSONDecoder().decode(Content.self, from: Data(json.output.utf8))
    #expect(content.cases.map(\.findings.isEmpty) == [true, false, false, false, true])
    #expect(content.labels_without_image.isEmpty && content.warnings.isEmpty)
    #expect(content.pipeline + "\n" == audit.output)
    for name in ["copy", "head_00", "head_01", "head_03"] {
      try files.removeItem(at: folder.appending(path: "images/\(name).nii.gz"))
    }
    let nothing = try outcome(["audit", "data/heads"], status: 3)
    #expect(nothing.errors.hasSuffix("error: no case can be used; correct the files that the report names\n"))
    #expect(nothing.output.isEmpty)
  }

  @Test("A network that sees another spacing predicts on the grid of each scan")
  func commonSpacing() throws {
    let stages = """
        - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 2, samples_per_epoch: all}
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
