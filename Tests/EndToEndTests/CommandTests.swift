import Foundation
import Testing

/// The commands beside `run`, as users type them.
@Suite struct CommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4, membranes: 2)
  }

  private struct Facts: Decodable, Equatable {
    let size: [Int]
    let spacing_mm: [Double]?
    let affine: [[Double]]
    let orientation: String?
    let datatype: String
    let minimum: Double
    let maximum: Double
    let mean: Double
  }

  private func facts(_ file: String) throws -> Facts {
    let outcome = try sandbox.program.run("info", file, "--json")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Facts.self, from: Data(outcome.output.utf8))
  }

  private func succeed(_ arguments: String...) throws {
    let outcome = try sandbox.program.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
  }

  private func train() throws {
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
    try succeed("run", "pipeline.yaml", "--until", "train")
  }

  @Test("info prints a scan's size, spacing, orientation and values, as text and as JSON")
  func info() throws {
    let facts = try facts("data/heads/images/head_00.nii.gz")
    #expect(facts.size.count == 3 && facts.size[2] >= 14)
    #expect(facts.spacing_mm?.count == 3)
    #expect(facts.orientation?.count == 3)
    #expect(facts.datatype == "int16")
    #expect(facts.affine.count == 4 && facts.affine[3] == [0, 0, 0, 1])
    #expect(facts.minimum <= facts.mean && facts.mean <= facts.maximum)
    let text = try sandbox.program.run("info", "data/membranes/images/membrane_00.png")
    #expect(text.output.contains("192 x 192 x 1") && text.output.contains("unknown"))
  }

  @Test("A scan turned to another orientation and back is the scan it was")
  func turning() throws {
    let image = "data/heads/images/head_01.nii.gz"
    let before = try facts(image)
    try succeed("convert", image, "turned.nii.gz", "--orientation", "PSR")
    #expect(try facts("turned.nii.gz").orientation == "PSR")
    try succeed("convert", "turned.nii.gz", "back.nii.gz", "--orientation", try #require(before.orientation))
    let after = try facts("back.nii.gz")
    #expect(after.size == before.size && after.datatype == before.datatype && after.mean == before.mean)
    for (a, b) in zip(after.affine.joined(), before.affine.joined()) { #expect(abs(a - b) < 1e-4) }
  }

  @Test("Resampling gives the spacing asked for over the same extent")
  func resampling() throws {
    for order in ["0", "1", "3"] {
      try succeed("convert", "data/heads/images/head_01.nii.gz", "fine.nii.gz", "--spacing", "1,1,2", "--order", order)
      let facts = try facts("fine.nii.gz")
      for (found, wanted) in zip(try #require(facts.spacing_mm), [1.0, 1, 2]) { #expect(abs(found - wanted) < 1e-4) }
    }
  }

  @Test("A prediction lies on its scan, and a scan turned round gets the same labels, turned round")
  func predictionGeometry() throws {
    try train()
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: "scans/sub"), withIntermediateDirectories: true)
    try succeed("convert", "data/heads/images/head_00.nii.gz", "scans/a.nii.gz")
    try succeed("convert", "data/heads/images/head_00.nii.gz", "scans/sub/b_0000.nii.gz", "--orientation", "LPI")
    try succeed("predict", "--model", "runs/test/model.safetensors", "--input", "scans", "--output", "out")
    #expect(try sandbox.names(in: "out") == ["a.nii.gz", "sub"])
    let scan = try facts("scans/a.nii.gz")
    let labels = try facts("out/a.nii.gz")
    #expect(labels.size == scan.size && labels.affine == scan.affine && labels.datatype == "uint8")
    #expect(try facts("out/sub/b.nii.gz").affine == facts("scans/sub/b_0000.nii.gz").affine)
    let orientation = try #require(scan.orientation)
    try succeed("convert", "out/sub/b.nii.gz", "turned.nii.gz", "--orientation", orientation)
    try succeed("evaluate", "--prediction", "turned.nii.gz", "--reference", "out/a.nii.gz", "--output", "same")
    let table = String(decoding: try sandbox.data("same/metrics.csv"), as: UTF8.self)
    for line in table.split(separator: "\n") where line.contains(",FP,") || line.contains(",FN,") {
      #expect(line.contains(",0,"), "\(line)")
    }
  }

  @Test("Parts of a prediction together are the whole, and several models are averaged")
  func parts() throws {
    try train()
    let model = "runs/test/model.safetensors"
    try succeed("predict", "--model", model, "--input", "data/heads/images", "--output", "whole")
    for part in ["0", "1", "2"] {
      try succeed(
        "predict", "--model", model, model, "--input", "data/heads/images", "--output", "parts", "--num-parts", "3",
        "--part-id", part)
    }
    for name in try sandbox.names(in: "whole") {
      #expect(try sandbox.data("whole/\(name)") == sandbox.data("parts/\(name)"))
    }
    #expect(try sandbox.names(in: "parts").count == 4)
  }

  @Test("A scan that cannot be used is listed, the others are predicted, and the exit code is 4")
  func quarantine() throws {
    try train()
    try sandbox.write("no scan", to: "data/heads/images/head_02.nii.gz")
    let outcome = try sandbox.program.run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "data/heads/images", "--output", "out")
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("head_02.nii.gz") && outcome.errors.contains("failures.csv"))
    #expect(
      try sandbox.names(in: "out") == ["failures.csv", "head_00.nii.gz", "head_01.nii.gz", "head_03.nii.gz"])
    try succeed("convert", "data/heads/images/head_01.nii.gz", "data/heads/images/head_02.nii.gz", "--overwrite")
    try succeed("predict", "--model", "runs/test/model.safetensors", "--input", "data/heads/images", "--output", "out")
    #expect(!sandbox.exists("out/failures.csv"))
  }

  @Test("A file measured against itself is perfect; classes can be named by a file")
  func evaluation() throws {
    try succeed(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "scores")
    let table = String(decoding: try sandbox.data("scores/metrics.csv"), as: UTF8.self)
    #expect(table.hasPrefix("case,label,metric,value,status\n"))
    #expect(table.contains("head_00,1,Dice,1.0,ok"))
    try sandbox.write("classes: {cell: 255, membrane: 0}\nbackground: cell\n", to: "classes.yaml")
    try succeed(
      "evaluate", "--prediction", "data/membranes/labels", "--reference", "data/membranes/labels", "--output", "named",
      "--classes", "classes.yaml")
    let summary = String(decoding: try sandbox.data("named/summary.json"), as: UTF8.self)
    #expect(summary.contains("membrane") && !summary.contains("NaN"))
  }

  @Test("A missing prediction counts as a failure, not as nothing")
  func missingPrediction() throws {
    try FileManager.default.copyItem(
      at: sandbox.url.appending(path: "data/heads/labels"), to: sandbox.url.appending(path: "some"))
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "some/head_01.nii.gz"))
    let outcome = try sandbox.program.run(
      "evaluate", "--prediction", "some", "--reference", "data/heads/labels", "--output", "scores")
    #expect(outcome.status == 4)
    #expect(String(decoding: try sandbox.data("scores/failures.csv"), as: UTF8.self).contains("head_01"))
  }

  @Test("overlay draws one scan with its contours")
  func overlay() throws {
    try succeed(
      "overlay", "--image", "data/heads/images/head_00.nii.gz", "--reference", "data/heads/labels/head_00.nii.gz",
      "--output", "head.png")
    try succeed(
      "overlay", "--image", "data/membranes/images/membrane_00.png", "--reference",
      "data/membranes/labels/membrane_00.png", "--prediction", "data/membranes/labels/membrane_01.png", "--output",
      "membrane.png")
    try succeed("overlay", "--image", "data/heads/images/head_00.nii.gz", "--output", "alone.png")
    #expect(try facts("head.png").size[0] > 300)
    #expect(try facts("membrane.png").size[0] > 200)
    for command in [["overlay"], ["augment", "preview"]] {
      let refused = try sandbox.program.run(
        command + ["--image", "data/heads/images/head_00.nii.gz", "--output", "head.jpg"])
      #expect(refused.status == 2 && refused.errors.contains("a file name that ends in .png"), "\(refused.errors)")
      #expect(!sandbox.exists("head.jpg"))
    }
  }

  @Test("benchmark network prints the JSON that other programs read", arguments: ["forward", "step"])
  func benchmark(mode: String) throws {
    let outcome = try sandbox.program.run(
      "benchmark", "network", "--dimensions", "2", "--size", "32x48", "--batch", "2", "--base-channels", "4", "--depth",
      "2", "--norm", "batch", "--mode", mode, "--threads", "2", "--repeats", "3", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(BenchmarkReport.self, from: Data(outcome.output.utf8))
    #expect(report.mode == mode && report.threads == 2 && report.parameters == 7_482)
    #expect(report.min_ms > 0 && report.median_ms >= report.min_ms && report.peak_rss_mib > 1)
    #expect(["avx512", "avx2", "neon", "plain"].contains(report.kernel))
  }

  @Test(
    "benchmark convolution does the same for one pass of one layer",
    arguments: ["forward", "backward-data", "backward-weights"])
  func benchmarkConvolution(mode: String) throws {
    let outcome = try sandbox.program.run(
      "benchmark", "convolution", "--dimensions", "3", "--size", "4x10x12", "--batch", "2", "--channels", "16",
      "--filters", "8", "--mode", mode, "--repeats", "3", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(BenchmarkReport.self, from: Data(outcome.output.utf8))
    #expect(report.mode == mode && report.parameters == 27 * 16 * 8)
    #expect(abs(report.gflop - 2e-9 * 2 * 480 * 27 * 128) < 1e-12)
    let refused = try sandbox.program.run("benchmark", "convolution", "--batch", "99999999")
    #expect(refused.status == 5 && refused.errors.contains("this machine has"))
  }

  @Test("the planned memory is what a benchmark takes, to 10 %", arguments: ["forward", "step"])
  func plannedMemory(mode: String) throws {
    let outcome = try sandbox.program.run(
      "benchmark", "network", "--size", "256x256", "--batch", "2", "--mode", mode, "--repeats", "1", "--memory")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let line = try #require(outcome.output.split(separator: "\n").last)
    let numbers = try #require(try /planned (\d+) MiB.* measured (\d+) MiB/.firstMatch(in: line))
    let (planned, measured) = (try #require(Double(numbers.1)), try #require(Double(numbers.2)))
    #expect(planned > 100 && abs(measured / planned - 1) <= 0.1, "\(line)")
  }

  @Test("a network that the machine has not the memory for is refused before it is taken")
  func tooLargeForTheMachine() throws {
    let outcome = try sandbox.program.run("benchmark", "network", "--size", "32768x32768", "--batch", "64")
    #expect(outcome.status == 5)
    for part in ["[64, 1, 1, 32768, 32768]", "GiB", "this machine has", "smaller batch"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test("A variant of the kernels that there is not is refused, with those that there are")
  func unknownKernel() throws {
    var program = sandbox.program
    program.environment["SEGMENT_KERNEL"] = "sse9"
    let outcome = try program.run("benchmark", "network")
    #expect(outcome.status == 2)
    #expect(outcome.errors.hasPrefix("error: SEGMENT_KERNEL is 'sse9'; expected "), "\(outcome.errors)")
    #expect(outcome.errors.contains("plain"))
    program.environment = ["SEGMENT_CONVOLUTION": "fft"]
    let other = try program.run("benchmark", "network")
    #expect(other.status == 2 && other.errors.hasPrefix("error: SEGMENT_CONVOLUTION is 'fft'; expected "))
    #expect(other.errors.contains("winograd_2"))
  }

  @Test("info of a model prints its network, its classes and where it comes from")
  func modelCard() throws {
    try train()
    let outcome = try sandbox.program.run("info", "runs/test/model.safetensors")
    #expect(outcome.status == 0)
    for part in [
      "U-Net, 2-D, 4 base channels, 2 downsamplings", "norm instance, activation relu, upsampling transposed",
      "ventricles (1)", "inferior-superior", "train",
    ] {
      #expect(outcome.output.contains(part), "\(outcome.output)")
    }
  }
}

/// What `segment benchmark --json` promises to other programs.
private struct BenchmarkReport: Decodable {
  let mode: String
  let min_ms, median_ms, peak_rss_mib, gflop: Double
  let parameters, threads: Int
  let kernel: String
}
