import Foundation
import Testing

/// Many trainings in one file: what a cluster or an impatient person does to them.
@Suite struct MatrixRunTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 6)
    try sandbox.write(
      """
      name: folds
      matrix: {fold: [0, 1], seed: [1, 2]}
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {folds: 2, fold: "${matrix.fold}", validation: 0.3}
        - train:
            network: {base_channels: 4, depth: 2}
            batch: 8
            epochs: 3
            seed: ${matrix.seed}
        - predict
        - merge: {collect: fold}
        - evaluate: {metrics: [Dice]}
        - compare: {collect: seed, metrics: [Dice]}
      """, to: "folds.yaml")
  }

  private static let artefacts = [
    "stages/merge-seed1/predictions/folds.csv", "stages/evaluate-seed2/summary.json", "comparison.json",
    "stages/train-fold1-seed2/model.safetensors",
  ]

  @Test(
    "Two processes on two values at once, and then the whole, give the files of one run; as does one that was killed")
  func processes() throws {
    let whole = try sandbox.program.run("run", "folds.yaml", "--output", "whole")
    #expect(whole.status == 0, "\(whole.errors)")
    let both = try ["fold=0", "fold=1"].map { only in
      try sandbox.program.start(["run", "folds.yaml", "--output", "shared", "--only", only])
    }
    for (process, _, errors) in both {
      process.waitUntilExit()
      let printed = try String(contentsOf: errors, encoding: .utf8)
      #expect(process.terminationStatus == 0, "\(printed)")
    }
    let last = try sandbox.program.run("run", "folds.yaml", "--output", "shared")
    #expect(last.status == 0 && last.errors.contains("train-fold0-seed1: up to date"), "\(last.errors)")
    for delay in [0.4, 0.8, 1.2] {
      let (process, _, _) = try sandbox.program.start(["run", "folds.yaml", "--output", "killed"])
      Thread.sleep(forTimeInterval: delay)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
    #expect(try sandbox.program.run("run", "folds.yaml", "--output", "killed").status == 0)
    for name in Self.artefacts {
      for folder in ["shared", "killed"] {
        #expect(try sandbox.data("\(folder)/\(name)") == sandbox.data("whole/\(name)"), "\(folder)/\(name) differs")
      }
    }
    let table = try String(decoding: sandbox.data("whole/stages/merge-seed1/predictions/folds.csv"), as: UTF8.self)
    #expect(table.split(separator: "\n").count == 7 && table.hasPrefix("case,fold\nhead_00,"))
    let summary = try String(decoding: sandbox.data("whole/stages/evaluate-seed1/summary.json"), as: UTF8.self)
    #expect(summary.contains("\"folds\" : {"))
    let splits = try String(decoding: sandbox.data("whole/splits_final.json"), as: UTF8.self)
    #expect(splits.contains("\"val\""))
  }

  @Test("A run of all stages beside another one is refused, and one of other parameters too; nothing is overwritten")
  func locks() throws {
    let (process, _, _) = try sandbox.program.start([
      "run", "folds.yaml", "--output", "run", "--only", "fold=0", "--set", "train.epochs=500",
    ])
    defer {
      process.interrupt()
      process.waitUntilExit()
    }
    while process.isRunning, !sandbox.exists("run/stages/.train-fold0-seed1.partial") {
      Thread.sleep(forTimeInterval: 0.05)
    }
    let all = try sandbox.program.run("run", "folds.yaml", "--output", "run", "--set", "train.epochs=500")
    #expect(all.status == 1 && all.errors.contains("in use by another run"), "\(all.errors)")
    let other = try sandbox.program.run("run", "folds.yaml", "--output", "run", "--only", "fold=1")
    #expect(other.status == 1 && other.errors.contains("in use by a run of other parameters"), "\(other.errors)")
    #expect(!sandbox.exists("run/stages/train-fold1-seed1"))
  }

  @Test("Evaluations of different cases or metrics are compared where they agree, and refused where they do not")
  func comparisons() throws {
    let yaml = """
      name: compared
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: 0.5, validation: 0, test: 0.5}
        - train: {network: {base_channels: 2, depth: 1}, batch: 8, epochs: 1, samples_per_epoch: 8}
        - predict: {name: few}
        - evaluate: {name: a, metrics: [Dice]}
        - predict: {name: many, part: all}
        - evaluate: {name: b, part: all, metrics: [Dice]}
        - compare: {from: {metrics: [a, b]}, metrics: [Dice]}
      """
    try sandbox.write(yaml, to: "compared.yaml")
    let outcome = try sandbox.program.run("run", "compared.yaml", "--output", "compared")
    #expect(outcome.status == 0 && outcome.errors.contains("3 cases not in all evaluations"), "\(outcome.errors)")
    let rows = try String(decoding: sandbox.data("compared/comparison.csv"), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    // Of the same cases and the same model, the means are equal.
    #expect(rows[1][0] == "a" && rows[2][0] == "b" && rows[1][5] == rows[2][5])
    let other = yaml.replacing("part: all, metrics: [Dice]", with: "part: all, metrics: [HD95]")
    try sandbox.write(other, to: "compared.yaml")
    let nothing = try sandbox.program.run("run", "compared.yaml", "--output", "compared")
    #expect(nothing.status == 2 && nothing.errors.contains("no case, class and metric in common"), "\(nothing.errors)")
  }

  @Test("A value that no stage has, and a comparison of one evaluation, are refused before any work")
  func mistakes() throws {
    let only = try sandbox.program.run("run", "folds.yaml", "--output", "run", "--only", "fold=7")
    #expect(only.status == 2 && only.errors.contains("--only fold=7: no stage fits"), "\(only.errors)")
    let few = try sandbox.program.run("run", "folds.yaml", "--output", "run", "--set", "matrix.seed=[1]")
    #expect(
      few.status == 2 && few.errors.contains("expected at least 2 evaluations to compare, found 1"), "\(few.errors)")
    let alone = try sandbox.program.run("validate", "folds.yaml", "--set", "split={fold: 0}")
    #expect(alone.status == 2, "\(alone.errors)")
    let fold = try sandbox.program.run("validate", "folds.yaml", "--set", "split.fold=2")
    #expect(fold.status == 2 && fold.errors.contains("the fold that is held out, 0 to 1"), "\(fold.errors)")
    let many = try sandbox.program.run("run", "folds.yaml", "--output", "run", "--set", "matrix.fold=[0, 1, 1]")
    #expect(many.status == 2 && many.errors.contains("twice"), "\(many.errors)")
    #expect(!sandbox.exists("run"))
  }
}
