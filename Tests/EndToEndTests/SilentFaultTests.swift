import Foundation
import Testing

/// Faults of data and files that once went by without a word, or were found too late.
@Suite struct SilentFaultTests {
  private let sandbox: Sandbox
  private let files = FileManager.default

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func path(_ name: String) -> URL { sandbox.url.appending(path: name) }

  private func link(_ name: String, to target: String) throws {
    try files.createSymbolicLink(atPath: path(name).path, withDestinationPath: target)
  }

  private func run(_ arguments: String..., expecting status: Int32) throws -> Program.Outcome {
    let outcome = try sandbox.program.run(arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
    return outcome
  }

  // MARK: Before any work

  @Test("A part that a later stage needs, and a split without it, is found by validate")
  func missingPart() throws {
    let stages = """
        - split: {train: [head_00, head_01], validation: [head_02]}
        - train: {network: {base_channels: 4, depth: 2}, epochs: 1}
        - predict:
        - overlay: {cases: [head_09]}
      """
    try sandbox.write(TestPipeline.heads(stages: stages), to: "pipeline.yaml")
    let outcome = try run("validate", "pipeline.yaml", expecting: 2)
    #expect(outcome.errors.contains("predict: the test part of the split is empty"))
    #expect(!outcome.errors.contains("predict: predict:"))
    _ = try run("run", "pipeline.yaml", expecting: 2)
    #expect(!sandbox.exists("runs"))
  }

  @Test("Lists of a split, cases of an overlay and parts of an evaluation are compared with the cases before any work")
  func lists() throws {
    func errors(_ split: String, _ rest: String) throws -> String {
      let train = "  - train: {network: {base_channels: 4, depth: 2}, epochs: 1}"
      try sandbox.write(TestPipeline.heads(stages: "  - split: \(split)\n\(train)\n\(rest)"), to: "pipeline.yaml")
      return try run("validate", "pipeline.yaml", expecting: 2).errors
    }
    #expect(
      try errors("{train: [head_00, head_77], test: [head_01]}", "  - predict:")
        .contains("the training part lists 1 unknown case: 'head_77'"))
    #expect(
      try errors("{train: [head_00], test: [head_01, head_02]}", "  - predict:\n  - overlay: {cases: [head_00]}")
        .contains("overlay: 'cases' names 'head_00', which is not among its cases; they are 'head_01', 'head_02'"))
    #expect(
      try errors("{train: [head_00], test: [head_01]}", "  - predict:\n  - evaluate: {part: train}")
        .contains("evaluate: predict does not predict 1 of its cases: 'head_00'"))
    #expect(
      try errors("{train: 0.4, validation: 0.6, test: 0}", "  - predict:").contains(
        "the test part of the split is empty")
    )
    try sandbox.write("case,patient\nhead_00,p\n", to: "groups.csv")
    try sandbox.write(
      TestPipeline.heads(load: "      group_table: groups.csv", stages: "  - split: {}"), to: "pipeline.yaml")
    #expect(try run("validate", "pipeline.yaml", expecting: 2).errors.contains("3 cases are in none of its 1 row"))
  }

  @Test("Every wrong key of every stage is reported at once")
  func allErrors() throws {
    let stages = """
        - split: {train: 0.9, seeds: 1}
        - train: {network: {depth: 99, norm: layer}, batch: 0, epoch: 3}
        - predict: {part: tests, on_bad_case: skip}
        - overlay: {cases: worse 5, slices: 0}
      """
    try sandbox.write(
      TestPipeline.heads(load: "      affine: header\n      normalisation: z", stages: stages), to: "pipeline.yaml")
    let errors = try run("validate", "pipeline.yaml", expecting: 2).errors
    for text in [
      "load.affine", "load.normalisation", "fractions add up to", "\"seeds\"", "train.network.depth",
      "train.network.norm", "train.batch", "\"epoch\"", "predict.part", "predict.on_bad_case", "overlay.cases",
      "overlay.slices",
    ] { #expect(errors.contains(text), "no '\(text)' in: \(errors)") }
  }

  @Test("Values that contradict each other are reported with their place in the file")
  func places() throws {
    for (load, stages, message) in [
      ("      background: x", "", "pipeline.yaml:9:19: load: 'background' is 'x'"),
      ("      ignore: [3]", "", "pipeline.yaml:9:15: load: 'ignore' lists 3"),
      ("      group_by: (", "", "pipeline.yaml:9:17: load: group pattern '('"),
      ("", "  - split: {train: 0.9}", "pipeline.yaml:10:20: split: the fractions add up to 1.2"),
      ("      exclude: [x]", "", "pipeline.yaml:5:5: load: "),
    ] {
      try sandbox.write(TestPipeline.heads(load: load, stages: stages), to: "pipeline.yaml")
      let outcome = try run("validate", "pipeline.yaml", expecting: 2)
      #expect(outcome.errors.hasPrefix("error: " + message), "\(outcome.errors)")
    }
    try sandbox.write("classes: {a: 1, b: 2}\n", to: "classes.yaml")
    let scores = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "scores",
      "--classes", "classes.yaml", expecting: 2)
    #expect(scores.errors.hasPrefix("error: classes.yaml:1:10: no class is named 'background'"), "\(scores.errors)")
  }

  // MARK: Files that cannot be read

  @Test("Dangling links, other formats and pipes among images are named, and nothing hangs")
  func leftOut() throws {
    try link("data/heads/images/head_07.nii.gz", to: "/nowhere/annex")
    try sandbox.write("", to: "data/heads/images/head_08.nrrd")
    try #require(mkfifo(path("data/heads/images/head_09.nii.gz").path, 0o600) == 0)
    try link("data/heads/images/head_10.nii.gz", to: "/dev/zero")
    try sandbox.write(TestPipeline.heads(stages: "  - split: {}"), to: "pipeline.yaml")
    let outcome = try run("run", "pipeline.yaml", expecting: 0)
    for text in [
      "1 link leads to a missing file, skipped: 'head_07.nii.gz'",
      "1 image has an unsupported format, skipped: 'head_08.nrrd'",
      "2 paths are not a regular file, skipped: 'head_09.nii.gz' (a pipe), 'head_10.nii.gz' (a device)",
    ] { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
    let audit = try run("audit", "data/heads", expecting: 0)
    #expect(audit.errors.contains("skipped: 'head_07.nii.gz'"))
    let scores = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "scores",
      expecting: 0)
    #expect(!scores.errors.contains("skipped"))
    try sandbox.write(
      TestPipeline.heads(stages: "  - split: {train: [head_00, head_07]}"), to: "pipeline.yaml")
    let split = try run("validate", "pipeline.yaml", expecting: 2)
    #expect(split.errors.contains("'head_07' (") && split.errors.contains("a link to a missing file"))
  }

  @Test("A pipeline file may come from a pipe, and a device without an end is no pipeline file")
  func pipes() throws {
    try sandbox.write(TestPipeline.heads(stages: "  - split: {}"), to: "pipeline.yaml")
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "cat pipeline.yaml | \"$0\" validate /dev/stdin", Program.executable.path]
    shell.currentDirectoryURL = sandbox.url
    shell.standardOutput = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(try run("validate", "/dev/zero", expecting: 2).errors.contains("expected a pipeline file"))
    try Data([0xFF, 0xFE]).write(to: path("utf16.yaml"))
    #expect(try run("validate", "utf16.yaml", expecting: 2).errors.contains("UTF-16"))
  }

  @Test("Predictions in a folder within the scans are not predicted the second time")
  func outputWithinInput() throws {
    let stages = """
        - split: {train: [head_00, head_01], test: [head_02]}
        - train: {network: {base_channels: 4, depth: 2}, epochs: 1, samples_per_epoch: 8}
      """
    try sandbox.write(TestPipeline.heads(stages: stages), to: "pipeline.yaml")
    _ = try run("run", "pipeline.yaml", expecting: 0)
    try files.createDirectory(at: path("io"), withIntermediateDirectories: true)
    try sandbox.copy("data/heads/images/head_03.nii.gz", to: "io/a.nii.gz")
    try link("other", to: "io")
    let first = try run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "io", "--output", "io/out", expecting: 0)
    #expect(first.errors.contains("1 of 1 scan predicted"))
    let record = try sandbox.names(in: "io/out")
    try files.removeItem(at: path("io/out/a.nii.gz"))
    try sandbox.copy("data/heads/labels/head_03.nii.gz", to: "io/out/b.nii.gz")
    let second = try run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "io/.", "--output", "other/out", expecting: 0)
    #expect(second.errors.contains("1 folder contains predictions of segment, not searched: 'out'"), "\(second.errors)")
    #expect(Set(try sandbox.names(in: "io/out")) == Set(record + ["b.nii.gz"]))
  }

  // MARK: Evaluation

  @Test("Files that share no value are told with the values of each side, with a file of classes too")
  func sharedValues() throws {
    for head in ["head_00", "head_01"] {
      _ = try run(
        "convert", "data/heads/labels/\(head).nii.gz", "one/\(head).nii.gz".folderMade(in: sandbox), expecting: 0)
    }
    try relabel("one", to: 1)
    try files.copyItem(at: path("one"), to: path("two"))
    try relabel("two", to: 255)
    let outcome = try run("evaluate", "--prediction", "two", "--reference", "one", "--output", "s", expecting: 0)
    #expect(
      outcome.errors.contains("The predictions have the value 255, the references the value 1"), "\(outcome.errors)")
    try sandbox.write("classes: {background: 0, a: 1, b: 255}", to: "classes.yaml")
    let named = try run(
      "evaluate", "--prediction", "two", "--reference", "one", "--output", "s", "--classes", "classes.yaml",
      expecting: 0)
    #expect(named.errors.contains("The predictions have the value 255, the references the value 1"))
    try sandbox.write("{classes: {background: 0, a: [1, 255]}}", to: "classes.yaml")
    let merged = try run(
      "evaluate", "--prediction", "two", "--reference", "one", "--output", "s", "--classes", "classes.yaml",
      expecting: 0)
    #expect(!merged.errors.contains("warning") && merged.errors.contains("a: Dice 1.0000"), "\(merged.errors)")
    try sandbox.write("{classes: {background: 0, a: 1}, ignore: [255]}", to: "classes.yaml")
    let ignored = try run(
      "evaluate", "--prediction", "one", "--reference", "two", "--output", "s", "--classes", "classes.yaml",
      expecting: 0)
    #expect(ignored.errors.contains("a: Dice undefined, 2 both_empty"), "\(ignored.errors)")
  }

  /// Gives every foreground voxel of the 8-bit label files of a folder one value.
  private func relabel(_ folder: String, to value: UInt8) throws {
    for name in try sandbox.names(in: folder) {
      let plain = "\(folder)/" + name.replacing(".nii.gz", with: ".nii")
      if name.hasSuffix(".gz") {
        _ = try run("convert", "\(folder)/\(name)", plain, expecting: 0)
        try files.removeItem(at: path("\(folder)/\(name)"))
      }
      var bytes = try sandbox.data(plain)
      for place in 352..<bytes.count where bytes[place] != 0 { bytes[place] = value }
      try bytes.write(to: path(plain))
    }
  }

  @Test("A prediction that is fractional or of another size is blamed itself, and called a prediction")
  func blame() throws {
    try files.createDirectory(at: path("p"), withIntermediateDirectories: true)
    try sandbox.copy("data/heads/labels/head_00.nii.gz", to: "r/head_00.nii.gz")
    try sandbox.copy("data/heads/labels/head_01.nii.gz", to: "r/head_01.nii.gz")
    try sandbox.copy("data/heads/labels/head_00.nii.gz", to: "p/head_00.nii.gz")
    try sandbox.copy("data/heads/labels/head_02.nii.gz", to: "p/head_01.nii.gz")
    let sizes = try run("evaluate", "--prediction", "p", "--reference", "r", "--output", "s", expecting: 4)
    #expect(sizes.errors.contains("p/head_01.nii.gz"), "\(sizes.errors)")
    #expect(sizes.errors.contains("the reference has 61x64x20 voxels, the prediction 58x67x15"), "\(sizes.errors)")
    #expect(!sizes.errors.contains("the image"))
    try files.removeItem(at: path("p/head_01.nii.gz"))
    _ = try run(
      "convert", "data/heads/labels/head_01.nii.gz", "p/head_01.nii.gz", "--spacing", "1.3,1.7,3.7", "--order", "1",
      expecting: 0)
    let fractional = try run("evaluate", "--prediction", "p", "--reference", "r", "--output", "s", expecting: 4)
    #expect(fractional.errors.contains("p/head_01.nii.gz"), "\(fractional.errors)")
    #expect(!fractional.errors.contains("label '\(path("r").path)"))
  }

  // MARK: Audit

  private func validated(_ arguments: String...) throws -> String {
    let report = try sandbox.program.run(["audit"] + arguments)
    #expect(report.status == 0, "\(report.errors)")
    try sandbox.write(report.output, to: "elsewhere/deep/audited.yaml")
    _ = try run("validate", "elsewhere/deep/audited.yaml", expecting: 0)
    let outcome = try run(
      "run", "elsewhere/deep/audited.yaml", "--until", "load", "--output", "runs/\(UUID().uuidString)", expecting: 0)
    #expect(outcome.errors.contains("load: finished"))
    return report.output
  }

  @Test("What an audit prints runs as it is: names with colons and braces, channels, folders of cases, BIDS")
  func audits() throws {
    for (number, name) in ["a: b", "yes", "[c]"].enumerated() {
      try sandbox.copy("data/heads/images/head_0\(number).nii.gz", to: "odd {x} #1/images/\(name).nii.gz")
      if number > 0 {
        try sandbox.copy("data/heads/labels/head_0\(number).nii.gz", to: "odd {x} #1/labels/\(name).nii.gz")
      }
    }
    #expect(try validated("odd {x} #1").contains("exclude: [\"a: b\"]"))
    for head in ["head_00", "head_01"] {
      for channel in ["_0000", "_0001"] {
        try sandbox.copy("data/heads/images/\(head).nii.gz", to: "channels/images/\(head)\(channel).nii.gz")
      }
      try sandbox.copy("data/heads/labels/\(head).nii.gz", to: "channels/labels/\(head).nii.gz")
      try sandbox.copy("data/heads/images/\(head).nii.gz", to: "study/\(head)/t1.nii.gz")
      try sandbox.copy("data/heads/images/\(head).nii.gz", to: "mixed/\(head).nii.gz")
    }
    try sandbox.write("words", to: "mixed/notes.txt")
    #expect(try validated("channels").contains("/{case}_0001.nii.gz\"]"))
    #expect(try validated("study").contains("/study/{case}/t1.nii.gz\""))
    #expect(try validated("mixed").contains("2 cases"))
    try sandbox.makeBIDS()
    let bids = try validated("bids")
    #expect(bids.contains("suffix: [T1w]") && bids.contains("other suffixes: 'FLAIR'"))
    #expect(try validated("bids", "--suffix", "T1w", "FLAIR").contains("suffix: [T1w, FLAIR]"))
  }

  @Test("Empty labels are kept and mentioned")
  func emptyLabels() throws {
    try files.removeItem(at: path("data/heads/labels/head_01.nii.gz"))
    try sandbox.copy("data/heads/labels/head_00.nii.gz", to: "z/z.nii.gz")
    _ = try run("convert", "data/heads/images/head_01.nii.gz", "z/z.nii", expecting: 0)
    var bytes = try sandbox.data("z/z.nii")
    bytes.replaceSubrange(352..., with: Data(count: bytes.count - 352))
    try bytes.write(to: path("data/heads/labels/head_01.nii"))
    _ = try run("convert", "data/heads/labels/head_01.nii", "data/heads/labels/head_01.nii.gz", expecting: 0)
    try files.removeItem(at: path("data/heads/labels/head_01.nii"))
    let report = try validated("data/heads")
    #expect(report.contains("# 'head_01': the label is empty") && !report.contains("exclude:"))
  }

  @Test("Images among labels are one finding each, and their values no classes")
  func imagesAmongLabels() throws {
    try files.removeItem(at: path("data/heads/labels/head_01.nii.gz"))
    try sandbox.copy("data/heads/images/head_01.nii.gz", to: "data/heads/labels/head_01.nii.gz")
    let report = try validated("data/heads")
    #expect(report.contains("# 'head_01': the label looks like an image"))
    #expect(report.contains("exclude: [head_01]"))
    #expect(report.contains("classes: {background: 0, class_1: 1, class_2: 2, class_3: 3}"))
  }

  // MARK: Channels

  @Test("A missing channel is named by the file that would hold it")
  func missingChannel() throws {
    for head in ["head_00", "head_01", "head_02"] {
      for channel in ["_0000", "_0001"] {
        try sandbox.copy("data/heads/images/\(head).nii.gz", to: "two/\(head)\(channel).nii.gz")
      }
    }
    try sandbox.write(
      """
      name: two
      stages:
        - load:
            images: ["two/{case}_0000.nii.gz", "two/{case}_0001.nii.gz"]
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: [head_00, head_01], test: [head_02]}
        - train: {network: {base_channels: 4, depth: 2}, epochs: 1, samples_per_epoch: 8}
      """, to: "pipeline.yaml")
    _ = try run("run", "pipeline.yaml", expecting: 0)
    try sandbox.copy("data/heads/images/head_03.nii.gz", to: "in/x_0000.nii.gz")
    let outcome = try run(
      "predict", "--model", "runs/two/model.safetensors", "--input", "in", "--output", "out", expecting: 3)
    #expect(outcome.errors.contains("put the next channel into 'x_0001.nii.gz'"), "\(outcome.errors)")
  }
}

extension String {
  /// The path, its folder made.
  fileprivate func folderMade(in sandbox: Sandbox) throws -> String {
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: self).deletingLastPathComponent(), withIntermediateDirectories: true)
    return self
  }
}
