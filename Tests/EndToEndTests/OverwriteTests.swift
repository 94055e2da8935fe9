import Foundation
import Testing

/// Nothing that a person owns is replaced by a slip.
@Suite(.serialized) struct OverwriteTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
    try #require(
      sandbox.program.run("run", "pipeline.yaml", "--output", "run", "--set", "train.epochs=1", "--until", "train")
        .status == 0)
    try FileManager.default.createDirectory(
      at: sandbox.url.appending(path: "io/sub"), withIntermediateDirectories: true)
    for name in ["io/a.nii.gz", "io/sub/b.nii.gz"] {
      try FileManager.default.copyItem(
        at: sandbox.url.appending(path: "data/heads/images/head_00.nii.gz"), to: sandbox.url.appending(path: name))
    }
  }

  private func predict(_ input: String, _ output: String, _ further: String...) throws -> Program.Outcome {
    try sandbox.program.run(
      ["predict", "--model", "run/model.safetensors", "--input", input, "--output", output] + further)
  }

  /// Runs a command that must be refused, with everything in the sandbox as it was.
  private func expectRefusal(_ arguments: [String], saying text: String, _ location: SourceLocation = #_sourceLocation)
    throws
  {
    let before = try contents()
    let outcome = try sandbox.program.run(arguments)
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors.contains(text), "\(arguments): \(outcome.errors)", sourceLocation: location)
    #expect(try contents() == before, "\(arguments) changed files", sourceLocation: location)
  }

  private func contents() throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: sandbox.url.path)?.compactMap { $0 as? String } ?? []
    return try names.reduce(into: [:]) { contents, name in
      let url = sandbox.url.appending(path: name)
      if (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true {
        contents[name] = try Data(contentsOf: url)
      }
    }
  }

  @Test("predict does not replace scans, by whatever name their folder is given")
  func scans() throws {
    let folder = sandbox.url.path
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "io")
    let model = ["predict", "--model", "run/model.safetensors"]
    for (input, output) in [
      ("io", "io"), ("io/a.nii.gz", "io"), ("io", "./io/"), ("io", "link"), ("link", "io"), ("io", folder + "/io"),
    ] {
      for further in [[], ["--overwrite"]] {
        try expectRefusal(model + ["--input", input, "--output", output] + further, saying: "input")
      }
    }
    try expectRefusal(model + ["--input", "io", "--output", ""], saying: "an argument is empty (after '--output')")
    try expectRefusal(
      model + ["--input", "data/heads/images", "--output", "data/heads/labels"],
      saying: "(and 3 more files): already exists")
  }

  @Test("predict replaces a person's file only with --overwrite, and its own always")
  func predictions() throws {
    try #require(predict("io", "out").status == 0)
    let made = try sandbox.data("out/a.nii.gz")
    try sandbox.write("corrected by hand", to: "out/a.nii.gz")
    try expectRefusal(
      ["predict", "--model", "run/model.safetensors", "--input", "io", "--output", "out"], saying: "add --overwrite")
    #expect(try predict("io", "out", "--overwrite").status == 0)
    #expect(try sandbox.data("out/a.nii.gz") == made)
    #expect(try predict("io", "out").errors.contains("0 of 2 scans predicted, 2 up to date: out"))
  }

  @Test("predict makes again what another scan or another way to compute gives, and removes what no longer can be made")
  func stale() throws {
    try #require(predict("io", "out").status == 0)
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "io/a.nii.gz"))
    try FileManager.default.copyItem(
      at: sandbox.url.appending(path: "data/heads/images/head_01.nii.gz"),
      to: sandbox.url.appending(path: "io/a.nii.gz"))
    #expect(try predict("io", "out").errors.contains("1 of 2 scans predicted, 1 up to date: out"))
    var direct = sandbox.program
    direct.environment = ["SEGMENT_CONVOLUTION": "direct"]
    let other = try direct.run(
      "predict", "--model", "run/model.safetensors", "--input", "io", "--output", "out")
    #expect(!other.errors.contains("up to date"), "\(other.errors)")
    try sandbox.write("no scan", to: "io/a.nii.gz")
    let failed = try predict("io", "out")
    #expect(failed.status == 4 && failed.errors.contains("1 of 2 scans predicted: out"), "\(failed.errors)")
    #expect(try predict("io", "out").errors.contains("0 of 2 scans predicted, 1 up to date: out"))
    #expect(!sandbox.exists("out/a.nii.gz"))
    #expect(sandbox.exists("out/sub/b.nii.gz"))
  }

  @Test("Two scans of one output, and two labels of one name, are named by their paths")
  func sameNames() throws {
    for name in ["first/d.nii.gz", "second/d.nii.gz"] {
      try sandbox.copy("data/heads/images/head_00.nii.gz", to: name)
    }
    try makePair("first/d")
    let predicted = try predict("first", "out")
    #expect(predicted.status == 2)
    #expect(predicted.errors.contains("/first/d.img and "), "\(predicted.errors)")
    #expect(
      predicted.errors.contains(
        "/first/d.nii.gz would have the same output d.nii.gz; rename one, or predict them into different folders"))
    let evaluated = try sandbox.program.run(
      "evaluate", "--prediction", "first", "--reference", "second", "--output", "scores")
    #expect(evaluated.status == 2)
    #expect(evaluated.errors.contains("/first/d.img and "), "\(evaluated.errors)")
    #expect(evaluated.errors.contains("/first/d.nii.gz have the same name 'd' without the extension"))
    #expect(!evaluated.errors.contains("predict"), "\(evaluated.errors)")
  }

  /// A scan as two files, `.hdr` and `.img`, whose prediction is one.
  private func makePair(_ name: String) throws {
    try #require(sandbox.program.run("convert", "data/heads/images/head_00.nii.gz", "pair.nii").status == 0)
    let bytes = try sandbox.data("pair.nii")
    var header = Data(bytes[0..<348])
    header.replaceSubrange(108..<112, with: Data(count: 4))  // the voxels begin at byte 0
    header.replaceSubrange(344..<348, with: Data("ni1\0".utf8))
    try header.write(to: sandbox.url.appending(path: name + ".hdr"))
    try Data(bytes[352...]).write(to: sandbox.url.appending(path: name + ".img"))
  }

  @Test("The parts of one prediction keep one table of failures")
  func parts() throws {
    for name in ["io/c.nii.gz", "io/d.nii.gz"] { try sandbox.write("no scan", to: name) }
    for part in ["0", "1"] {
      #expect(try predict("io", "out", "--num-parts", "2", "--part-id", part).status == 4)
    }
    let table = String(decoding: try sandbox.data("out/failures.csv"), as: UTF8.self)
    #expect(table.contains("c.nii.gz,") && table.contains("d.nii.gz,"), "\(table)")
    for name in ["c", "d"] {
      try FileManager.default.removeItem(at: sandbox.url.appending(path: "io/\(name).nii.gz"))
      try FileManager.default.copyItem(
        at: sandbox.url.appending(path: "data/heads/images/head_01.nii.gz"),
        to: sandbox.url.appending(path: "io/\(name).nii.gz"))
    }
    #expect(try predict("io", "out", "--num-parts", "2", "--part-id", "0").status == 0)
    let rest = String(decoding: try sandbox.data("out/failures.csv"), as: UTF8.self)
    #expect(rest.split(separator: "\n").count == 2, "\(rest)")
    #expect(try predict("io", "out", "--num-parts", "2", "--part-id", "1").status == 0)
    #expect(!sandbox.exists("out/failures.csv"))
  }

  @Test("A scan that failed stays in failures.csv when others are predicted into the folder")
  func earlierFailures() throws {
    try sandbox.write("no scan", to: "bad.nii.gz")
    #expect(try predict("bad.nii.gz", "out").status == 3)
    #expect(try predict("io/a.nii.gz", "out").status == 0)
    let table = String(decoding: try sandbox.data("out/failures.csv"), as: UTF8.self)
    #expect(table.hasPrefix("case,error\nbad.nii.gz,") && table.split(separator: "\n").count == 2, "\(table)")
  }

  @Test("A file where a folder should be is exit code 1, and no scan's fault")
  func writeErrors() throws {
    try sandbox.write("a file", to: "out/sub")
    let outcome = try predict("io", "out")
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("out/sub: cannot create: Not a directory"))
  }

  @Test("No command that writes a file replaces its input or a person's file")
  func files() throws {
    let image = "data/heads/images/head_00.nii.gz"
    try FileManager.default.linkItem(
      at: sandbox.url.appending(path: image), to: sandbox.url.appending(path: "hard.nii.gz"))
    try sandbox.write("a person's", to: "mine.png")
    try sandbox.write("a person's", to: "mine.nii.gz")
    try sandbox.write("a person's", to: "mine.csv")
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.url.path + "/image.png", withDestinationPath: image)
    try expectRefusal(["convert", image, image], saying: "also an input")
    try expectRefusal(["convert", image, "hard.nii.gz", "--overwrite"], saying: "the same file as the input")
    try expectRefusal(["convert", image, "mine.nii.gz"], saying: "add --overwrite")
    try expectRefusal(["overlay", "--image", image, "--output", "image.png"], saying: "the same file as the input")
    try expectRefusal(["overlay", "--image", image, "--output", "mine.png"], saying: "add --overwrite")
    for output in ["image.png", "mine.png"] {
      try expectRefusal(["augment", "preview", "--image", image, "--output", output], saying: "choose another output")
    }
    try expectRefusal(["audit", "data/heads", "--output", "mine.csv"], saying: "add --overwrite")
    try sandbox.write("a person's", to: "data/heads/images/head_04.nii.gz")
    try expectRefusal(["phantom", "--output", "data", "--heads", "5"], saying: "add --overwrite")
  }

  @Test("evaluate keeps another program's summary.json")
  func evaluation() throws {
    let arguments = [
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "scores",
    ]
    #expect(try sandbox.program.run(arguments).status == 0)
    #expect(try sandbox.program.run(arguments).status == 0)
    try sandbox.write("{}", to: "scores/summary.json")
    try expectRefusal(arguments, saying: "add --overwrite")
    #expect(try sandbox.program.run(arguments + ["--overwrite"]).status == 0)
  }

  @Test("run does not write into a folder that is no run's, or over its own input")
  func runs() throws {
    try sandbox.write("a person's", to: "mine/stages/train/notes.txt")
    try expectRefusal(
      ["run", "pipeline.yaml", "--output", "mine"], saying: "mine: contains stages, which segment did not write")
    try sandbox.write("a person's", to: "other/resolved.yaml")
    try expectRefusal(["run", "pipeline.yaml", "--output", "other"], saying: "other: contains resolved.yaml")
    try expectRefusal(
      ["run", "run/resolved.yaml", "--output", "run", "--set", "train.epochs=2"], saying: "also an input")
    try sandbox.write("a person's", to: "run/stages/predict/notes.txt")
    try expectRefusal(
      ["run", "pipeline.yaml", "--output", "run"], saying: "stages/predict, which segment did not write")
  }
}
