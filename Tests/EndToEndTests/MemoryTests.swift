import Foundation
import Testing

/// What needs more memory than there is: found before any of it is taken, and in a batch an error of one case.
@Suite struct MemoryTests {
  private let sandbox: Sandbox
  private static let head = "data/heads/images/head_00.nii.gz"

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func pipeline(resample: String = "", train: String) -> String {
    TestPipeline.heads(
      load: resample.isEmpty ? "" : "      resample: {spacing_mm: \(resample)}",
      stages: """
          - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
          - \(train)
        """)
  }

  private static let tiny = "train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 1}"

  @Test("convert refuses a spacing that takes more than 'ulimit -v' leaves, and says what is the least")
  func convert() throws {
    let outcome = try sandbox.run(withinMiB: 6000, "convert", Self.head, "out.nii.gz", "--spacing", "0.05,0.05,0.05")
    #expect(outcome.status == 5)
    for part in [
      "not enough memory for resampling", "head_00.nii.gz from 64x65x16 to 1623x2307x1266 voxels: 17.7 GiB needed",
      "'ulimit -v' allows 6000 MiB", "choose a larger --spacing, or raise this limit",
    ] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    #expect(!sandbox.exists("out.nii.gz"))
  }

  @Test(
    "convert refuses a spacing of more voxels than can be counted",
    arguments: ["1e-5,1e-5,1e-5", "1e-9,1,1", "1e-300,1,1"])
  func absurdSpacing(_ spacing: String) throws {
    let outcome = try sandbox.program.run("convert", Self.head, "out.nii.gz", "--spacing", spacing)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("voxels, more than can be stored; choose a larger spacing"), "\(outcome.errors)")
    #expect(!sandbox.exists("out.nii.gz"))
  }

  @Test("load refuses a common spacing that no case fits, naming the cases")
  func load() throws {
    try sandbox.write(pipeline(resample: "[0.001, 0.001, 0.001]", train: Self.tiny), to: "absurd.yaml")
    let absurd = try sandbox.program.run("run", "absurd.yaml")
    #expect(absurd.status == 2 && absurd.errors.contains("head_03: resampling a field of view"), "\(absurd.errors)")
    try sandbox.write(pipeline(resample: "[0.05, 0.05, 0.05]", train: Self.tiny), to: "large.yaml")
    let large = try sandbox.run(withinMiB: 6000, "run", "large.yaml")
    #expect(large.status == 5, "\(large.errors)")
    #expect(large.errors.contains("choose a larger resample.spacing_mm, or raise this limit"), "\(large.errors)")
  }

  @Test(
    "train refuses before it reads a scan what parameters, samples or windows take",
    arguments: [
      ("network: {base_channels: 512, depth: 6}", "fewer base_channels or a smaller depth"),
      ("network: {base_channels: 4, depth: 2}, samples_per_epoch: 1000000000000000", "use fewer samples_per_epoch"),
      ("network: {base_channels: 4, depth: 2}, batch: 4096, patch: [8192, 4096]", "use a smaller batch or patch"),
    ])
  func train(_ parameters: String, remedy: String) throws {
    try sandbox.write(pipeline(train: "train: {\(parameters), epochs: 1}"), to: "test.yaml")
    let outcome = try sandbox.run(withinMiB: 4000, "run", "test.yaml")
    #expect(outcome.status == 5, "\(outcome.errors)")
    #expect(outcome.errors.contains("error: train: not enough memory for the training of stage 'train'"))
    #expect(outcome.errors.contains(remedy), "\(outcome.errors)")
  }

  @Test("A training that its checkpoint would kill is refused; with the memory that it asked for it ends")
  func checkpoint() throws {
    let train = "train: {network: {base_channels: 48, depth: 3}, batch: 2, samples_per_epoch: 2, epochs: 1}"
    try sandbox.write(pipeline(train: train), to: "test.yaml")
    let refused = try sandbox.run(withinMiB: 500, "run", "test.yaml")
    #expect(refused.status == 5, "\(refused.errors)")
    let numbers = try #require(try /: (\d+) MiB needed/.firstMatch(in: refused.errors))
    let needed = try #require(Int(numbers.1))
    let done = try sandbox.run(withinMiB: needed + 500, "run", "test.yaml")
    #expect(done.status == 0, "\(needed) MiB: \(done.errors)")
  }

  @Test("A scan with a wrong unit in a batch is an error of that scan; fine-tune refuses what train refuses")
  func batch() throws {
    try sandbox.write(pipeline(resample: "[2, 2, 4]", train: Self.tiny), to: "test.yaml")
    let trained = try sandbox.program.run("run", "test.yaml", "--output", "run")
    #expect(trained.status == 0, "\(trained.errors)")
    let model = "run/model.safetensors"
    try FileManager.default.createDirectory(at: sandbox.url.appending(path: "scans"), withIntermediateDirectories: true)
    for name in ["head_00", "head_02"] {
      try sandbox.program.run("convert", "data/heads/images/\(name).nii.gz", "scans/\(name).nii")
    }
    var metres = try sandbox.data("scans/head_00.nii")
    metres[123] = metres[123] & ~7 | 1
    try metres.write(to: sandbox.url.appending(path: "scans/head_01.nii"))
    let predicted = try sandbox.program.run("predict", "--model", model, "--input", "scans", "--output", "labels")
    #expect(predicted.status == 4, "\(predicted.errors)")
    #expect(try Set(sandbox.names(in: "labels")).isSuperset(of: ["failures.csv", "head_00.nii", "head_02.nii"]))
    let failures = String(decoding: try sandbox.data("labels/failures.csv"), as: UTF8.self)
    #expect(
      failures.contains("head_01.nii") && failures.contains("not enough memory for the prediction"), "\(failures)")
    #expect(failures.contains("correct the scan's header if its spacing or its unit is wrong"), "\(failures)")

    try sandbox.write(
      pipeline(train: "fine-tune: {weights: \(model), samples_per_epoch: 1000000000000000, epochs: 1}"), to: "fine.yaml"
    )
    let tuned = try sandbox.program.run("run", "fine.yaml")
    #expect(tuned.status == 5, "\(tuned.errors)")
    #expect(tuned.errors.contains("use fewer samples_per_epoch"), "\(tuned.errors)")
    #expect(!tuned.errors.contains("base_channels"), "\(tuned.errors)")
  }

  @Test("A label map that is too large is an error of its case in evaluate and a finding of audit")
  func largeCase() throws {
    let large = "data/heads/labels/head_01.nii.gz"
    for (file, order) in [(large, "0"), ("data/heads/images/head_01.nii.gz", "0")] {
      let made = try sandbox.program.run("convert", file, "large.nii.gz", "--spacing", "0.2,0.2,0.2", "--order", order)
      #expect(made.status == 0, "\(made.errors)")
      _ = try sandbox.shell("mv large.nii.gz \(file)")
    }
    let evaluated = try sandbox.run(
      withinMiB: 400, "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output",
      "scores")
    #expect(evaluated.status == 4, "\(evaluated.errors)")
    let failures = String(decoding: try sandbox.data("scores/failures.csv"), as: UTF8.self)
    #expect(failures.contains("not enough memory for the voxels of"), "\(failures)")
    #expect(!failures.contains("head_00"), "\(failures)")
    let audited = try sandbox.run(withinMiB: 400, "audit", "data/heads")
    #expect(audited.status == 0 && audited.errors.contains("head_01"), "\(audited.errors)")
    #expect(audited.errors.contains("not enough memory"), "\(audited.errors)")
  }

  @Test("The networks of an ensemble are counted together")
  func ensemble() throws {
    let train = "train: {network: {base_channels: 64, depth: 2}, batch: 1, samples_per_epoch: 1, epochs: 1}"
    try sandbox.write(pipeline(train: train), to: "test.yaml")
    #expect(try sandbox.program.run("run", "test.yaml", "--output", "run").status == 0)
    let one = ["predict", "--model", "run/model.safetensors", "--input", Self.head, "--output", "one"]
    func run(_ copies: Int, _ output: String) throws -> Program.Outcome {
      let models = Array(repeating: "run/model.safetensors", count: copies).joined(separator: " ")
      return try sandbox.shell(
        "ulimit -v \(700 * 1024) && exec $segment predict --model \(models) --input \(Self.head) --output \(output)")
    }
    #expect(try sandbox.program.run(one).status == 0)
    let alone = try run(1, "alone")
    #expect(alone.status == 0, "\(alone.errors)")
    let many = try run(8, "many")
    #expect(many.status == 5, "\(many.errors)")
    #expect(many.errors.contains("not enough memory for"), "\(many.errors)")
  }

  @Test("The benchmarks ask for what their options size")
  func benchmarks() throws {
    for arguments in [
      ["network", "--batch", "9000000000000000000"],
      ["network", "--size", "64x64", "--base-channels", "512", "--depth", "6"],
      ["convolution", "--channels", "9000000000000000"], ["augmentation", "--size", "4096x4096x4096"],
      ["scans", "--size", "65536x65536x65536"],
    ] {
      let outcome = try sandbox.program.run(["benchmark"] + arguments)
      #expect(outcome.status == 5, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains("this machine has"), "\(outcome.errors)")
    }
    let limited = try sandbox.run(withinMiB: 400, "benchmark", "network", "--size", "512x512", "--batch", "8")
    #expect(limited.status == 5 && limited.errors.contains("'ulimit -v' allows 400 MiB"), "\(limited.errors)")
  }

  @Test("Previews of volumes and phantoms beyond the disk are refused")
  func previews() throws {
    let made = try sandbox.program.run("convert", Self.head, "large.nii.gz", "--spacing", "0.3,0.3,0.3")
    #expect(made.status == 0, "\(made.errors)")
    let preview = try sandbox.run(
      withinMiB: 1000, "augment", "preview", "--image", "large.nii.gz", "--dimensions", "3", "--output", "sheet.png")
    #expect(preview.status == 5 && preview.errors.contains("use --dimensions 2"), "\(preview.errors)")
    let phantoms = try sandbox.program.run("phantom", "--output", "more", "--heads", "9000000000000000")
    #expect(phantoms.status == 5 && phantoms.errors.contains("not enough disk space in"), "\(phantoms.errors)")
    #expect(!sandbox.exists("more"))
  }
}
