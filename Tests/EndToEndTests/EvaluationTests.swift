import Foundation
import Testing

/// `segment evaluate`, `segment compare` and the stage `evaluate`, as users run them.
@Suite struct EvaluationTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
  }

  private func run(_ arguments: String..., expecting status: Int32 = 0) throws -> Program.Outcome {
    let outcome = try sandbox.program.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    return outcome
  }

  private func table(_ name: String) throws -> [[String]] {
    String(decoding: try sandbox.data(name), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func copy(_ from: String, _ to: String) throws {
    let target = sandbox.url.appending(path: to)
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: sandbox.url.appending(path: from), to: target)
  }

  @Test("References against themselves are perfect in every metric, and the tables have a line for each")
  func perfect() throws {
    let outcome = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "e", "--metrics",
      "overlap,surfaces,lesions,topology", "--json")
    #expect(outcome.output.contains("\"foreground_mean\"") && outcome.errors.contains("HD95 0.00 mm"))
    #expect(outcome.errors.contains("prediction and reference are the same"))
    let statistics = try table("e/statistics.csv")
    let header = statistics[0]
    let mean = try #require(header.firstIndex(of: "mean_penalised"))
    for row in statistics.dropFirst()
    where ["Dice", "NSD", "BoundaryIoU", "clDice", "PQ", "lesion_F1"].contains(row[4]) {
      #expect(row[mean] == "1.0", "\(row)")
    }
    for row in statistics.dropFirst() where row[4].hasSuffix("_mm") { #expect(row[mean] == "0.0", "\(row)") }
    #expect(try table("e/confusion.csv").count == 5)
  }

  @Test("Parts of the cases are reported apart by the columns of a table, whose patients are drawn together")
  func parts() throws {
    try sandbox.write(
      "case,patient,site\nhead_00,a,Oslo\nhead_01,a,Oslo\nhead_02,b,Lima\nhead_03,c,Lima\n", to: "cases.csv")
    let outcome = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "e", "--table",
      "cases.csv", "--by", "site")
    #expect(outcome.errors.contains("over 4 cases of 3 groups"), "\(outcome.errors)")
    let parts = Set(try table("e/statistics.csv").dropFirst().map { "\($0[0]) \($0[1])" })
    #expect(parts == [" ", "site Lima", "site Oslo"])
    let unknown = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "e", "--table",
      "cases.csv", "--by", "sites", expecting: 2)
    #expect(unknown.errors.contains("there is no column 'sites'. The columns are case, patient, site"))
  }

  @Test("Missing and surplus files, other grids and values that are no labels are listed; the rest is evaluated")
  func badInput() throws {
    for head in ["00", "01", "02"] { try copy("data/heads/labels/head_\(head).nii.gz", "p/head_\(head).nii.gz") }
    try copy("data/heads/labels/head_03.nii.gz", "p/other.nii.gz")
    _ = try run("convert", "p/head_01.nii.gz", "moved.nii.gz", "--spacing", "3,3,3", "--order", "0")
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "p/head_01.nii.gz"))
    try copy("moved.nii.gz", "p/head_01.nii.gz")
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "p/head_02.nii.gz"))
    try copy("data/heads/images/head_02.nii.gz", "p/head_02.nii.gz")
    try sandbox.write("classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3, cyst: 9}", to: "classes.yaml")
    let outcome = try run(
      "evaluate", "--prediction", "p", "--reference", "data/heads/labels", "--output", "e", "--classes", "classes.yaml",
      expecting: 4)
    #expect(outcome.errors.contains("'cyst' (value 9) is in no prediction and in no reference"), "\(outcome.errors)")
    let failures = String(decoding: try sandbox.data("e/failures.csv"), as: UTF8.self)
    #expect(failures.contains("head_01,") && failures.contains("head_01.nii.gz"))
    #expect(failures.contains("head_02,") && failures.contains("at (i, j, k) ="))
    #expect(failures.contains("head_03,") && failures.contains("prediction not found"))
    #expect(failures.contains("other,") && failures.contains("there is no reference of this name"))
    #expect(Set(try table("e/metrics.csv").dropFirst().map { $0[0] }) == ["head_00"])
  }

  @Test("What cannot be measured is refused before anything is written")
  func refusals() throws {
    func evaluate(_ arguments: String...) throws -> String {
      let outcome = try sandbox.program.run(
        ["evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "e"]
          + arguments)
      #expect(outcome.status == 2 && !sandbox.exists("e"), "\(outcome.errors)")
      return outcome.errors
    }
    #expect(try evaluate("--metrics", "Dise").contains("there is no metric 'Dise'. The metrics are Dice,"))
    #expect(try evaluate("--metrics", "lesion").contains("did you mean 'lesions'?"))
    #expect(try evaluate("--output", "data/heads/labels/scores").contains("expected a folder outside of --prediction"))
    #expect(try evaluate("--metrics", ",").contains("no metric is named"))
    #expect(try evaluate("--tolerance=-1").contains("--tolerance is '-1.0'; expected a length of at least 0"))
    #expect(try evaluate("--threshold", "2").contains("--threshold is '2.0'; expected a probability from 0 to 1"))
    #expect(try evaluate("--by", "site").contains("--by is 'site'; expected also --table"))
    try sandbox.write("name,site\nhead_00,Oslo\n", to: "cases.csv")
    #expect(try evaluate("--table", "cases.csv").contains("Expected 'case', the name of the case"))
  }

  @Test("Two evaluations are compared case by case, as text, CSV and JSON; nothing is written unless asked for")
  func comparison() throws {
    _ = try run(
      "evaluate", "--prediction", "data/heads/labels", "--reference", "data/heads/labels", "--output", "e-same")
    let cases = (0..<4).map { head in
      let metrics = (1...3).map { #""\#($0)": {"Dice": 0.\#(head + 5), "HD95_mm": 2, "NSD": NaN}"# }
      return #"{"prediction_file": "there/head_0\#(head).nii.gz", "metrics": {\#(metrics.joined(separator: ", "))}}"#
    }
    try sandbox.write(#"{"metric_per_case": [\#(cases.joined(separator: ", "))]}"#, to: "e-next/summary.json")
    let text = try run("compare", "e-next", "e-same")
    #expect(text.output.contains("4 cases in both") && text.output.contains("better in B:"), "\(text.output)")
    _ = try run("compare", "e-next", "e-same/summary.json", "--metrics", "Dice", "--output", "c")
    #expect(try sandbox.names(in: "c") == ["cases.csv", "comparison.csv", "comparison.json"])
    let rows = try table("c/comparison.csv")
    #expect(rows.count == 4 && rows.dropFirst().allSatisfy { $0[2] == "Dice" && $0[5] == "1.0" })
    let json = try run("compare", "e-next", "e-same", "--json")
    #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])

    #expect(try run("compare", "e-next", "nowhere", expecting: 2).errors.contains("nowhere: not found"))
    #expect(try run("compare", "data", "e-same", expecting: 2).errors.contains("has no summary.json"))
    #expect(
      try run("compare", "c/comparison.json", "e-same", expecting: 3).errors.contains("is no summary of an evaluation"))
    try sandbox.write(
      #"{"metric_per_case": [{"prediction_file": "x.nii.gz", "metrics": {"1": {"Dice": 1}}}]}"#, to: "x.json")
    #expect(try run("compare", "x.json", "e-same", expecting: 3).errors.contains("no case in common"))
  }

  @Test("The threshold of membranes is chosen on the validation part, and any number of threads gives the same files")
  func threshold() throws {
    _ = try run("phantom", "--output", "data", "--membranes", "4")
    try sandbox.write(
      TestPipeline.membranes(
        stages: """
            - split: {train: [membrane_00, membrane_01], validation: [membrane_02], test: [membrane_03]}
            - train: {network: {base_channels: 2, depth: 1}, batch: 2, epochs: 1}
            - predict: {name: predict-validation, part: validation, probabilities: uint8}
            - evaluate: {name: evaluate-validation, part: validation, metrics: [membranes]}
            - predict: {part: test, probabilities: uint8}
            - evaluate: {metrics: [overlap, membranes, probabilities], threshold: earlier}
          """), to: "pipeline.yaml")
    for threads in ["1", "2"] {
      var program = sandbox.program
      program.environment["SEGMENT_THREADS"] = threads
      let outcome = try program.run("run", "pipeline.yaml", "--output", "run\(threads)")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    for file in ["summary.json", "statistics.csv", "curves.csv", "reliability.csv", "membrane_thresholds.csv"] {
      #expect(try sandbox.data("run1/\(file)") == sandbox.data("run2/\(file)"), "\(file)")
    }
    let earlier = try JSONSerialization.jsonObject(
      with: sandbox.data("run1/stages/evaluate-validation/summary.json"))
    let thresholds = try #require((earlier as? [String: Any])?["membrane_thresholds"] as? [String: [String: Double]])
    let threshold = try #require(thresholds["0"]?["threshold"])
    let scores = try table("run1/membrane_thresholds.csv").first { Double($0[2]) == threshold }
    let rows = try table("run1/metrics.csv")
    #expect(rows.first { $0[2] == "VRand_threshold" }?[3] == scores?[3])
  }

  @Test("A threshold of an earlier evaluation needs one that chose it")
  func thresholdErrors() throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: 0.5, validation: 0.25, test: 0.25}
            - train: {network: {base_channels: 2, depth: 1}, epochs: 1}
            - predict: {part: test}
            - evaluate: {threshold: earlier, metrics: [Dice, dize], by: [site]}
          """), to: "pipeline.yaml")
    let outcome = try run("validate", "pipeline.yaml", expecting: 2)
    #expect(outcome.errors.contains("dize") && outcome.errors.contains("'table'"), "\(outcome.errors)")
  }
}
