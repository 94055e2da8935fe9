import Foundation
import Testing

/// Augmentation as users meet it: the sheet, copies on disk, replays, and the log.
@Suite struct AugmentationTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 3, membranes: 2)
  }

  private func pipeline(_ augment: String, stages: String = "") -> String {
    TestPipeline.heads(
      stages: """
          - split: {train: [head_00, head_01], validation: [head_02]}
          - augment: \(augment)
        \(stages)
        """)
  }

  private struct Draw: Decodable {
    let image: String
    let label: String
    let source: String
  }

  @Test("Augmented copies are a data set of their own, and each can be made again from what was drawn")
  func copies() throws {
    try sandbox.write(pipeline("{preset: standard, write: {copies: 2}}"), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = ["head_00_aug01", "head_00_aug02", "head_01_aug01", "head_01_aug02"].map { "\($0).nii.gz" }
    #expect(try sandbox.names(in: "runs/test/augmented/images") == names)
    #expect(try sandbox.names(in: "runs/test/augmented/labels") == names)
    let draws = try JSONDecoder().decode([Draw].self, from: sandbox.data("runs/test/augmented/draws.json"))
    #expect(draws.map(\.image) == names.map { "images/\($0)" })
    let again = try sandbox.program.run(
      "augment", "apply", "--image", "data/heads/images/head_01.nii.gz", "--labels",
      "data/heads/labels/head_01.nii.gz", "--draw", "runs/test/augmented/draws.json", "--number", "3", "--output",
      "image.nii.gz", "--output-labels", "labels.nii.gz")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try sandbox.data("image.nii.gz") == sandbox.data("runs/test/augmented/images/\(names[2])"))
    #expect(try sandbox.data("labels.nii.gz") == sandbox.data("runs/test/augmented/labels/\(names[2])"))

    try sandbox.write(
      """
      name: copies
      stages:
        - load:
            images: runs/test/augmented/images/*.nii.gz
            labels: runs/test/augmented/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
            group_table: runs/test/augmented/groups.csv
        - split: {train: 0.5, validation: 0.5, test: 0}
      """, to: "copies.yaml")
    let loaded = try sandbox.program.run("run", "copies.yaml")
    #expect(loaded.status == 0, "\(loaded.errors)")
    #expect(loaded.errors.contains("2 training cases in 1 group"))
  }

  @Test("Writing copies that was killed again and again ends with the same files as one that ran through")
  func killedCopies() throws {
    try sandbox.write(pipeline("{preset: standard, write: {copies: 30}}"), to: "pipeline.yaml")
    try #require(sandbox.program.run("run", "pipeline.yaml", "--output", "whole").status == 0)
    let partial = "killed/stages/.augment.partial/augmented/images"
    for written in [5, 20, 40] {
      let (process, _, _) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "killed"])
      while process.isRunning, (try? sandbox.names(in: partial).count) ?? 0 < written { usleep(1000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let last = try sandbox.program.run("run", "pipeline.yaml", "--output", "killed")
    #expect(last.status == 0 && last.errors.contains("augment: resumes an interrupted run"), "\(last.errors)")
    let names = try ["images", "labels"].flatMap { folder in
      try sandbox.names(in: "whole/augmented/\(folder)").map { "\(folder)/\($0)" }
    }
    #expect(names.count == 120)
    for folder in ["images", "labels"] {
      #expect(
        try sandbox.names(in: "killed/augmented/\(folder)") == sandbox.names(in: "whole/augmented/\(folder)"))
    }
    for name in names + ["draws.json", "groups.csv"] {
      #expect(try sandbox.data("killed/augmented/\(name)") == sandbox.data("whole/augmented/\(name)"), "\(name)")
    }
  }

  @Test("Copies of pictures are pictures")
  func pictures() throws {
    try sandbox.write(
      TestPipeline.membranes(stages: "  - augment: {preset: unet-2015, write: {copies: 1}}"), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let info = try sandbox.program.run("info", "runs/test/augmented/images/membrane_00_aug01.png")
    #expect(info.output.contains("uint8") && info.output.contains("192 x 192"))
    #expect(try sandbox.names(in: "runs/test/augmented/labels").count == 2)
  }

  @Test("The preview is drawn for a slice, for a volume and for a picture; settings are those of the stage")
  func preview() throws {
    let head = ["--image", "data/heads/images/head_00.nii.gz", "--labels", "data/heads/labels/head_00.nii.gz"]
    for extra in [
      [], ["--dimensions", "3"], ["--preset", "nnunet", "--set", "elastic.probability=0.5"],
      ["--set", "elastic.displacement_mm=30", "--set", "rigid.flip=[i]", "--set", "motion.probability=1"],
    ] {
      let outcome = try sandbox.program.run(["augment", "preview"] + head + extra + ["--output", "sheet.png"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try sandbox.data("sheet.png").count > 50_000)
    }
    let picture = try sandbox.program.run(
      "augment", "preview", "--image", "data/membranes/images/membrane_00.png", "--output", "sheet.png")
    #expect(picture.status == 0, "\(picture.errors)")
  }

  @Test("What cannot be augmented so is refused by name, with the exit code of a wrong setting")
  func refusals() throws {
    let image = ["augment", "preview", "--image", "data/membranes/images/membrane_00.png", "--output", "sheet.png"]
    for (settings, message) in [
      (["--set", "elastic.displacement_mm=3"], "elastic.displacement_mm"),
      (
        ["--set", "elastic.displacement_mm=3"],
        "this scan has no physical size. Use 'augment.elastic.displacement_px', or a scan with voxel sizes."
      ),
      (["--set", "elastic.displacment_px=3"], "displacement_px"),
      (["--set", "stretch.zoom=[2, 1]"], "two numbers, the smaller one first"),
      (["--set", "rigid.rotation_degrees=[1, 2]"], "rotation_degrees"),
      (["--set", "elastic.field=waves"], "control_points, coarse_grid, noise"),
      (["--set", "blur.probability"], "expected a key and a value, as in --set elastic.displacement_mm=6\n"),
    ] {
      let outcome = try sandbox.program.run(image + settings)
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(settings): \(outcome.errors)")
      #expect(!sandbox.exists("sheet.png"))
    }
    for (draws, message) in [
      ("data/heads", "data/heads: is a folder, not a file"),
      ("none.json", "none.json: cannot read: No such file or directory; check the path\n"),
      ("data/heads/images/head_00.nii.gz", "--draw is '"),
      ("data/heads/images/head_00.nii.gz", "draws.json or preview.json"),
    ] {
      let apply = try sandbox.program.run(
        "augment", "apply", "--image", "data/heads/images/head_00.nii.gz", "--draw", draws, "--output", "x.nii.gz")
      #expect(apply.status == 2 && apply.errors.contains(message), "\(apply.errors)")
    }
  }

  @Test(
    "The log of a training tells how many deformations the guard held back, and how many transforms the foreground did")
  func tally() throws {
    try sandbox.write(
      pipeline(
        """
        {preset: none, kept_foreground: 0.9, rigid: {probability: 1, translation_mm: 60},
               elastic: {probability: 1, displacement_mm: 40}}
        """, stages: "  - train: {network: {base_channels: 2, depth: 1}, epochs: 1}"), to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        /augmentation: \d+ of \d+ deformations reduced to avoid folding or too large displacements/))
    #expect(outcome.errors.contains(/\d+ transforms reduced to keep foreground in the window/))
  }

  @Test("The benchmark prints a median for other programs")
  func benchmark() throws {
    for transform in ["affine", "elastic", "affine+elastic", "all"] {
      let outcome = try sandbox.program.run(
        "benchmark", "augmentation", "--preset", "nnunet", "--transform", transform, "--size", "32x32x24", "--order",
        "3", "--threads", "1", "--repeats", "3", "--json")
      #expect(outcome.status == 0 && outcome.output.contains("\"median_ms\":"), "\(outcome.errors)")
    }
  }
}
