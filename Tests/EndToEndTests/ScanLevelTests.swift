import Foundation
import Testing

/// Classes and numbers of whole scans, as a user trains, predicts and evaluates them.
@Suite struct ScanLevelTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    let outcome = try sandbox.program.run(
      "phantom", "--output", "data", "--heads", "12", "--membranes", "0", "--severities")
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func pipeline(
    _ task: String, table: String = "data/heads/cases.csv", kind: String = "unet",
    evaluate: String = "table: data/heads/cases.csv"
  ) -> String {
    """
    name: scans
    stages:
      - load: {images: data/heads/images/*.nii.gz}
      - split: {train: 0.5, validation: 0.25, test: 0.25}
      - train:
          \(task)
          table: \(table)
          network: {kind: \(kind), base_channels: 4, depth: 2}
          batch: 8
          epochs: 2
      - predict:
      - evaluate: {\(evaluate)}
    """
  }

  private func object(_ name: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: sandbox.data(name)) as? [String: Any])
  }

  @Test(
    "A class and a number of each scan are learnt, predicted as a table and evaluated",
    arguments: ["unet", "lenet", "perceptron"])
  func tasks(kind: String) throws {
    try sandbox.write(pipeline("task: classify\n      target: sick", kind: kind), to: "scans.yaml")
    let classes = try sandbox.program.run("run", "scans.yaml", "--output", "classes")
    #expect(classes.status == 0 && classes.errors.contains("sick: classes no ("), "\(classes.errors)")
    let table = try String(decoding: sandbox.data("classes/predictions/predictions.csv"), as: UTF8.self)
    #expect(table.hasPrefix("case,target,predicted,p_no,p_yes\n") && table.split(separator: "\n").count == 4)
    for row in table.split(separator: "\n").dropFirst() {
      let cells = row.split(separator: ",")
      let (no, yes) = (try #require(Double(cells[3])), try #require(Double(cells[4])))
      #expect(abs(no + yes - 1) < 1e-9 && cells[2] == (yes > no ? "yes" : "no"))
    }
    let summary = try object("classes/summary.json")
    #expect(summary["scans"] as? Int == 3 && summary["target"] as? String == "sick")
    let scores = try #require(summary["classification"] as? [String: Any])
    let accuracy = try #require((scores["accuracy"] as? [String: Any])?["value"] as? Double)
    let error = try #require(scores["error_rate"] as? Double)
    #expect(abs(accuracy + error - 1) < 1e-12)

    try sandbox.write(pipeline("task: regress\n      target: severity", kind: kind), to: "number.yaml")
    let number = try sandbox.program.run("run", "number.yaml", "--output", "number")
    #expect(number.status == 0, "\(number.errors)")
    let regression = try #require(object("number/summary.json")["regression"] as? [String: Any])
    #expect(Set(regression.keys) == ["mae", "rmse", "bias", "r2"])
  }

  @Test("A model of whole scans starts a segmentation and the other way round; it segments nothing itself")
  func transfer() throws {
    let labelled = """
      name: both
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - train: {network: {base_channels: 4, depth: 2}, batch: 8, epochs: 1, samples_per_epoch: 16}
        - fine-tune: {name: scans, task: classify, table: data/heads/cases.csv, target: sick, cut: encoder, batch: 8, epochs: 1}
        - fine-tune: {name: back, from: {model: scans}, cut: encoder, batch: 8, epochs: 1, samples_per_epoch: 16}
        - predict:
        - evaluate: {metrics: [Dice]}
      """
    try sandbox.write(labelled, to: "both.yaml")
    let both = try sandbox.program.run("run", "both.yaml", "--output", "run")
    #expect(both.status == 0, "\(both.errors)")
    #expect(both.errors.contains("scans: before the first step: validation accuracy"), "\(both.errors)")
    let table = try String(decoding: sandbox.data("run/stages/back/transfer.csv"), as: UTF8.self)
    #expect(
      table.contains("encoder.2.convolution2.weight,1x3x3x16x16,loaded,") && table.contains("scan.convolution.weight"))
    let predicted = try sandbox.program.run(
      "predict", "--model", "run/stages/scans/model.safetensors", "--input", "data/heads/images", "--output", "labels")
    #expect(predicted.status == 0, "\(predicted.errors)")
    let found = try String(decoding: sandbox.data("labels/predictions.csv"), as: UTF8.self)
    #expect(
      found.hasPrefix("case,target,predicted,p_no,p_yes\nhead_00,sick,") && found.split(separator: "\n").count == 13)
    let averaged = try sandbox.program.run(
      "predict", "--model", "run/stages/scans/model.safetensors", "run/stages/back/model.safetensors", "--input",
      "data/heads/images", "--output", "other")
    #expect(averaged.status == 3 && averaged.errors.contains("Give it alone"), "\(averaged.errors)")
  }

  @Test(
    "A segmentation learns a class beside its labels, and says both; a probe learns from its features, to the same bits"
  )
  func sharedAndProbe() throws {
    let yaml = """
      name: shared
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - train:
            also:
              task: classify
              table: data/heads/cases.csv
              target: sick
              loss: sigmoid_cross_entropy
              weight: 0.5
            network: {base_channels: 4, depth: 2, norm: batch}
            batch: 8
            epochs: 2
            samples_per_epoch: 32
        - predict:
        - evaluate: {name: labels, metrics: [Dice]}
        - predict: {name: judge, output: scans}
        - evaluate: {name: classes, table: data/heads/cases.csv}
        - predict: {name: features, output: embeddings}
        - probe: {task: regress, table: data/heads/cases.csv, target: severity}
        - evaluate: {name: probed, table: data/heads/cases.csv}
        - probe: {name: classified, from: {predictions: features}, task: classify, table: data/heads/cases.csv, target: sick}
        - fine-tune: {from: {model: train}, cut: encoder, batch: 8, epochs: 1, samples_per_epoch: 16}
      """
    try sandbox.write(yaml, to: "shared.yaml")
    let run = try sandbox.program.run("run", "shared.yaml", "--output", "run")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("beside the labels: sick: classes no ("), "\(run.errors)")
    #expect(
      run.errors.contains("ridge regression on 6 scans, 56 features") && run.errors.contains("; a constant has 1)"),
      "\(run.errors)")
    // The last evaluation is of numbers: tables of the earlier ones are not beside its summary.
    #expect(sandbox.exists("run/metrics.csv") && !sandbox.exists("run/statistics.csv"))
    let progress = try String(decoding: sandbox.data("run/stages/train/progress.csv"), as: UTF8.self)
    #expect(progress.split(separator: "\n")[0].hasSuffix(",accuracy"), "\(progress)")
    #expect(try object("run/stages/labels/summary.json")["foreground_mean"] != nil)
    let judged = try String(decoding: sandbox.data("run/stages/judge/predictions/predictions.csv"), as: UTF8.self)
    let rows = judged.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 4 && rows[0] == ["case", "target", "predicted", "p_no", "p_yes"])
    let features = try String(decoding: sandbox.data("run/stages/features/predictions/embeddings.csv"), as: UTF8.self)
    #expect(features.split(separator: "\n").count == 13 && features.hasPrefix("case,level0_mean_1,"))
    let probe = try object("run/stages/probe/probe.json")
    #expect((probe["cross_validation"] as? [Any])?.count == 17 && (probe["weights"] as? [[Double]])?[0].count == 56)
    let probed = try #require(object("run/stages/probed/summary.json")["regression"] as? [String: Any])
    #expect(probed["mae"] != nil)
    let predictions = try sandbox.data("run/stages/probe/predictions/predictions.csv")
    let again = try sandbox.program.run("run", "shared.yaml", "--output", "run", "--force", "probe")
    #expect(again.status == 0 && again.errors.contains("probe: ridge"), "\(again.errors)")
    #expect(try sandbox.data("run/stages/probe/predictions/predictions.csv") == predictions)
    let info = try sandbox.program.run("info", "run/stages/train/model.safetensors")
    #expect(
      info.status == 0 && info.output.contains("\nclasses        background")
        && info.output.contains("\nwhole scans    sick: each of no, yes"),
      "\(info.output)\(info.errors)")
    let labels = try sandbox.program.run(
      "predict", "--model", "run/stages/train/model.safetensors", "--input", "data/heads/images", "--output", "labels")
    #expect(labels.status == 0, "\(labels.errors)")
    for (stage, message) in [
      ("predict: {name: wrong, output: scans, from: {model: fine-tune}}", "says nothing of whole scans"),
      (
        "probe: {name: wrong, from: {predictions: predict}, task: regress, table: data/heads/cases.csv, target: severity}",
        "does not predict features"
      ),
      ("evaluate: {name: wrong, from: {predictions: features}}", "predicts features of scans, and no labels"),
      (
        "overlay: {name: wrong, from: {predictions: judge}}",
        "predicts classes or numbers of whole scans, and no labels"
      ),
      (
        "train: {name: wrong, also: {table: data/heads/cases.csv, target: sick}}",
        "classify or regress, what is learnt beside"
      ),
    ] {
      try sandbox.write(yaml + "\n  - \(stage)\n", to: "wrong.yaml")
      let wrong = try sandbox.program.run("validate", "wrong.yaml")
      #expect(wrong.status == 2 && wrong.errors.contains(message), "\(stage): \(wrong.errors)")
    }
  }

  @Test("Classes of all folds are merged into one table, in which each scan occurs once")
  func folds() throws {
    let yaml = """
      name: folds
      matrix: {fold: [0, 1, 2]}
      stages:
        - load: {images: data/heads/images/*.nii.gz}
        - split: {folds: 3, fold: "${matrix.fold}", validation: 0}
        - train:
            task: classify
            table: data/heads/cases.csv
            target: sick
            network: {base_channels: 2, depth: 1}
            batch: 8
            epochs: 1
            samples_per_epoch: 8
        - predict:
        - merge: {collect: fold}
        - evaluate: {table: data/heads/cases.csv}
      """
    try sandbox.write(yaml, to: "folds.yaml")
    let run = try sandbox.program.run("run", "folds.yaml", "--output", "run")
    #expect(run.status == 0 && run.errors.contains("merge: 12 predictions of 3 stages"), "\(run.errors)")
    let table = try String(decoding: sandbox.data("run/predictions/predictions.csv"), as: UTF8.self)
    let cases = table.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
    #expect(cases == (0..<12).map { $0 < 10 ? "head_0\($0)" : "head_\($0)" })
    #expect(try object("run/summary.json")["scans"] as? Int == 12)
  }

  @Test(
    "A model that sees neighbouring slices needs a rule for channels; a case without a prediction is named, not dropped"
  )
  func neighboursAndGaps() throws {
    let yaml = """
      name: neighbours
      stages:
        - load:
            images: data/heads/images/*.nii.gz
            labels: data/heads/labels/{case}.nii.gz
            classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - train: {network: {base_channels: 2, depth: 1, slice_context: 1}, batch: 8, epochs: 1, samples_per_epoch: 8}
        - fine-tune: {task: regress, table: data/heads/cases.csv, target: severity, batch: 8, epochs: 1}
        - predict:
        - evaluate: {table: data/heads/cases.csv}
      """
    try sandbox.write(yaml, to: "neighbours.yaml")
    let refused = try sandbox.program.run("run", "neighbours.yaml", "--output", "run")
    #expect(refused.status == 2 && refused.errors.contains("the model sees 3 channels"), "\(refused.errors)")
    let averaged = try sandbox.program.run(
      "run", "neighbours.yaml", "--output", "run", "--set", "fine-tune.channels=average")
    #expect(averaged.status == 0, "\(averaged.errors)")
    #expect(averaged.errors.contains("cut encoder: "))
    // A scan of the test part is damaged after the training.
    let split = try #require(
      JSONSerialization.jsonObject(with: sandbox.data("run/stages/split/split.json")) as? [[String: [String]]])
    let lost = try #require(split.first?["test"]?.first)
    try FileManager.default.copyItem(
      at: sandbox.url.appending(path: "data/heads/images"), to: sandbox.url.appending(path: "others"))
    try sandbox.data("others/\(lost).nii.gz").prefix(2000).write(
      to: sandbox.url.appending(path: "others/\(lost).nii.gz"))
    let gap = try sandbox.program.run(
      "run", "neighbours.yaml", "--output", "run", "--set", "fine-tune.channels=average", "--set",
      "predict.images=others")
    #expect(gap.status == 4, "\(gap.errors)")
    #expect(gap.errors.contains("not evaluated, since there is no prediction: 1 case: \(lost)"), "\(gap.errors)")
    let summary = try object("run/summary.json")
    #expect(summary["scans"] as? Int == 2 && summary["not_predicted"] as? [String] == [lost])
  }

  @Test("A target that is missing, empty, constant or no number, and a missing table, are clear errors")
  func mistakes() throws {
    let lines = try String(decoding: sandbox.data("data/heads/cases.csv"), as: UTF8.self).split(separator: "\n")
    try sandbox.write(
      lines.enumerated().map { $0 == 3 ? $1.prefix { $0 != "," } + ",," : $1 }.joined(separator: "\n"), to: "empty.csv")
    try sandbox.write(
      "case,site,word\n" + lines.dropFirst().map { $0.prefix { $0 != "," } + ",here,w" }.joined(separator: "\n"),
      to: "constant.csv")
    for (task, table, status, message) in [
      ("task: classify\n      target: age", "data/heads/cases.csv", 2, "there is no column 'age'. The columns are"),
      ("task: classify", "data/heads/cases.csv", 2, "the key \"target\" is missing"),
      (
        "task: regress\n      target: severity", "empty.csv", 3,
        "column 'severity': 1 case without a value: head_02"
      ),
      ("task: classify\n      target: site", "constant.csv", 3, "all training cases have the value here"),
      ("task: regress\n      target: sick", "data/heads/cases.csv", 3, "expected a number"),
      (
        "task: classify\n      target: sick\n      loss: soft_dice", "data/heads/cases.csv", 2,
        "train.loss: expected"
      ),
    ] as [(String, String, Int32, String)] {
      try sandbox.write(pipeline(task, table: table), to: "bad.yaml")
      let outcome = try sandbox.program.run("run", "bad.yaml", "--output", "bad")
      #expect(outcome.status == status && outcome.errors.contains(message), "\(task): \(outcome.errors)")
    }
    try sandbox.write(
      pipeline("task: classify\n      target: sick", evaluate: "metrics: [Dice]"), to: "untold.yaml")
    let untold = try sandbox.program.run("run", "untold.yaml", "--output", "untold")
    #expect(untold.status == 2 && untold.errors.contains("set 'table' to the CSV file"), "\(untold.errors)")
    #expect(!sandbox.exists("untold/stages/train"))
    for (stages, message) in [
      (
        "    - predict: {from: {model: [train, second]}}",
        "several models are given; only labels are averaged"
      )
    ] {
      let base = pipeline("task: classify\n      target: sick")
      let end = try #require(base.firstRange(of: "    - predict:") ?? base.firstRange(of: "  - predict:"))
      let second = base[..<end.lowerBound].components(separatedBy: "  - train:")[1]
      try sandbox.write(
        base[..<end.lowerBound] + "  - train:\n      name: second" + second
          + stages.replacing("    - ", with: "  - "), to: "many.yaml")
      let many = try sandbox.program.run("validate", "many.yaml")
      #expect(many.status == 2 && many.errors.contains(message), "\(many.errors)")
    }
    try sandbox.write(
      pipeline("epochs: 1").replacing("      table: data/heads/cases.csv\n", with: "").replacing(
        "epochs: 2", with: "batch_size: 8"
      ).replacing("      batch: 8\n", with: "").replacing("kind: unet", with: "kind: lenet"), to: "lenet.yaml")
    let lenet = try sandbox.program.run("validate", "lenet.yaml")
    #expect(lenet.status == 2 && lenet.errors.contains("lenet judges whole scans"), "\(lenet.errors)")
  }
}
