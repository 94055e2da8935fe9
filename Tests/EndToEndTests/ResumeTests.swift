import Foundation
import Testing

/// What stands, stands; what was killed goes on; and the bits do not depend on either, nor on the threads.
@Suite(.serialized) struct ResumeTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
  }

  private static let artefacts = ["model.safetensors", "summary.json", "metrics.csv", "predictions/head_03.nii.gz"]

  @Test("A training killed again and again ends with the same bits as one that ran through")
  func killed() throws {
    try #require(sandbox.program.run("run", "pipeline.yaml", "--output", "whole").status == 0)
    var kills = 0
    for delay in [0.4, 0.7, 1.0, 1.3, 1.6] {
      let (process, _, _) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "killed"])
      Thread.sleep(forTimeInterval: delay)
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
    }
    let last = try sandbox.program.run("run", "pipeline.yaml", "--output", "killed")
    #expect(last.status == 0, "\(last.errors)")
    #expect(kills > 0)
    for name in Self.artefacts {
      #expect(try sandbox.data("killed/\(name)") == sandbox.data("whole/\(name)"), "\(name) differs")
    }
  }

  @Test("A polite interrupt ends with code 130, and the same command goes on")
  func interrupted() throws {
    let (process, _, errors) = try sandbox.program.start([
      "run", "pipeline.yaml", "--output", "run", "--set", "train.epochs=2000",
    ])
    let model = sandbox.url.appending(path: "run/stages/.train.partial/checkpoint.safetensors")
    while process.isRunning, !FileManager.default.fileExists(atPath: model.path) { Thread.sleep(forTimeInterval: 0.05) }
    process.interrupt()
    process.waitUntilExit()
    let printed = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(printed)")
    let (again, _, text) = try sandbox.program.start([
      "run", "pipeline.yaml", "--output", "run", "--set", "train.epochs=2000",
    ])
    Thread.sleep(forTimeInterval: 1)
    again.interrupt()
    again.waitUntilExit()
    #expect(try String(contentsOf: text, encoding: .utf8).contains("train: resumes an interrupted run"))
  }

  @Test("The same bits with one thread and with three")
  func threads() throws {
    for count in ["1", "3"] {
      var program = sandbox.program
      program.environment["SEGMENT_THREADS"] = count
      try #require(program.run("run", "pipeline.yaml", "--output", "threads-\(count)").status == 0)
    }
    for name in Self.artefacts {
      #expect(try sandbox.data("threads-1/\(name)") == sandbox.data("threads-3/\(name)"), "\(name) differs")
    }
  }

  @Test("Run again, everything is up to date; a changed parameter reruns what depends on it, and the log says why")
  func standing() throws {
    try #require(sandbox.program.run("run", "pipeline.yaml").status == 0)
    let again = try sandbox.program.run("run", "pipeline.yaml")
    #expect(again.status == 0)
    for stage in ["load", "split", "augment", "train", "predict", "evaluate", "overlay"] {
      #expect(again.errors.contains("\(stage): up to date: skipped"), "\(stage): \(again.errors)")
    }
    let changed = try sandbox.program.run("run", "pipeline.yaml", "--set", "train.optimiser.learning_rate=0.002")
    #expect(changed.status == 0)
    #expect(changed.errors.contains("split: up to date: skipped"))
    #expect(
      changed.errors.contains("train: will run: train.optimiser.learning_rate 0.001 -> 0.002"), "\(changed.errors)")
    #expect(changed.errors.contains("predict: will run"))
  }

  @Test("A run's folder has the files that people and programs look for")
  func runFolder() throws {
    try #require(sandbox.program.run("run", "pipeline.yaml").status == 0)
    for name in [
      "resolved.yaml", "log.jsonl", "stages/train", "model.safetensors", "progress.csv", "progress.png",
      "augmentation.png", "predictions/head_03.nii.gz", "summary.json", "metrics.csv", "overlays/head_03.png",
    ] {
      #expect(sandbox.exists("runs/test/\(name)"), "no \(name)")
    }
    #expect(!sandbox.exists("runs/test/failures.csv"))
    let progress = String(decoding: try sandbox.data("runs/test/progress.csv"), as: UTF8.self)
    #expect(progress.hasPrefix("epoch,train_loss,val_loss,mean_fg_dice,ema_fg_dice,lr,seconds\n1,"))
    #expect(progress.split(separator: "\n").count == 4)
  }
}
