import Foundation
import Testing

/// A run reads the data that its pipeline names now.
@Suite(.serialized) struct MovedDataTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
    try FileManager.default.copyItem(
      at: sandbox.url.appending(path: "data/heads"), to: sandbox.url.appending(path: "copy"))
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try sandbox.program.run(["run", "pipeline.yaml"] + arguments)
  }

  private let artefacts = ["model.safetensors", "summary.json", "predictions/head_03.nii.gz"]

  @Test("Data that are a copy of what was loaded are read, though the first folder has changed since")
  func changed() throws {
    try #require(run("--output", "whole").status == 0)
    try #require(run("--output", "run", "--until", "augment").status == 0)
    for index in 0..<4 {
      let image = sandbox.url.appending(path: "data/heads/images/head_0\(index).nii.gz")
      try FileManager.default.removeItem(at: image)
      try FileManager.default.copyItem(
        at: sandbox.url.appending(path: "copy/images/head_0\((index + 1) % 4).nii.gz"), to: image)
    }
    let outcome = try run("--output", "run", "--set", "variables.data=copy")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("load: up to date: skipped"), "\(outcome.errors)")
    for name in artefacts { #expect(try sandbox.data("run/\(name)") == sandbox.data("whole/\(name)"), "\(name)") }
  }

  @Test("Data that were moved are found where they are now")
  func moved() throws {
    try #require(run("--output", "whole").status == 0)
    try #require(run("--output", "run", "--until", "augment").status == 0)
    try FileManager.default.moveItem(
      at: sandbox.url.appending(path: "data/heads"), to: sandbox.url.appending(path: "elsewhere"))
    let outcome = try run("--output", "run", "--set", "variables.data=elsewhere")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for name in artefacts { #expect(try sandbox.data("run/\(name)") == sandbox.data("whole/\(name)"), "\(name)") }
  }

  @Test("What another way to compute made is not up to date, and is not continued")
  func settings() throws {
    try #require(run("--output", "run", "--until", "predict").status == 0)
    for environment in [["SEGMENT_CONVOLUTION": "direct"], ["SEGMENT_KERNEL": "plain"]] {
      var program = sandbox.program
      program.environment = environment
      let plan = try program.run("run", "pipeline.yaml", "--output", "run", "--dry-run")
      #expect(plan.errors.contains("load: up to date: skipped"), "\(plan.errors)")
      #expect(plan.errors.contains("train: will run: "), "\(plan.errors)")
    }
    let same = try run("--output", "run", "--dry-run")
    #expect(same.errors.contains("train: up to date: skipped"), "\(same.errors)")
  }
}
