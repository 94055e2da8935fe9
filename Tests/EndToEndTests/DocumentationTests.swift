import Configurations
import Foundation
import Jobs
import Metrics
import Networks
import Testing
import Training

/// The examples of the documentation, run as they stand.
@Suite struct DocumentationTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 6)
    for (from, to) in [("data/heads", "my-scans"), ("data/heads/images", "new-scans")] {
      try FileManager.default.copyItem(
        at: sandbox.url.appending(path: from), to: sandbox.url.appending(path: to))
    }
  }

  /// The fenced blocks of a language in a document, without the indent of their fence.
  private func blocks(_ language: String, in document: String) throws -> [String] {
    let text = try String(contentsOf: Program.checkout.appending(path: document), encoding: .utf8)
    var blocks: [String] = []
    var current: [Substring]?
    var indent = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      if trimmed == "```\(language)" {
        current = []
        indent = line.count - trimmed.count
      } else if trimmed == "```", let lines = current {
        blocks.append(lines.joined(separator: "\n"))
        current = nil
      } else {
        current?.append(line.dropFirst(indent))
      }
    }
    return blocks
  }

  @Test("The README's way from own scans to new labels works as written")
  func readme() throws {
    let commands = try blocks("sh", in: "README.md").joined(separator: "\n").split(separator: "\n")
    #expect(commands.count == 4)
    for command in commands {
      var words = command.split(separator: " ").map(String.init)
      #expect(words.removeFirst() == "segment")
      if words[0] == "run" {
        words += [
          "--set", "train.epochs=1", "--set", "train.network.base_channels=2", "--set", "train.network.depth=2",
          "--set",
          "train.samples_per_epoch=4",
        ]
      }
      let outcome = try sandbox.program.run(words)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    #expect(try sandbox.names(in: "new-labels") == (0..<6).map { "head_0\($0).nii.gz" })
  }

  @Test("The commands of docs/pipelines.md work as written, and the pipelines that they write are valid")
  func commands() throws {
    let commands = try blocks("sh", in: "docs/pipelines.md").joined(separator: "\n").split(separator: "\n")
    #expect(commands.count == 2)
    for command in commands {
      let outcome = try sandbox.shell("$" + command)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    for file in ["my.yaml", "printed.yaml"] {
      let outcome = try sandbox.program.run("validate", file)
      #expect(outcome.status == 0 && outcome.output.contains("7 stages"), "\(file): \(outcome.errors)")
    }
  }

  @Test("The commands of docs/metrics.md work as written, and the page names every metric")
  func metrics() throws {
    for (from, to) in [("data/heads/labels", "predictions"), ("data/heads/labels", "labels")] {
      try FileManager.default.copyItem(at: sandbox.url.appending(path: from), to: sandbox.url.appending(path: to))
    }
    try sandbox.write("classes: {background: 0, ventricles: 1, nuclei: 2, lesion: 3}", to: "classes.yaml")
    let table = try #require(try blocks("csv", in: "docs/metrics.md").first)
    try sandbox.write(table, to: "cases.csv")
    for folder in ["results-a", "results-b", "runs/baseline", "runs/elastic"] {
      let outcome = try sandbox.program.run(
        "evaluate", "--prediction", "predictions", "--reference", "labels", "--output", folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let commands = try blocks("sh", in: "docs/metrics.md").joined(separator: "\n").split(separator: "\n")
    #expect(commands.count == 6)
    for command in commands {
      let outcome = try sandbox.program.run(command.split(separator: " ").dropFirst().map(String.init))
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    let stages = try #require(try blocks("yaml", in: "docs/metrics.md").first)
    let example = try String(contentsOf: Program.checkout.appending(path: "pipelines/membranes.yaml"), encoding: .utf8)
    #expect(example.contains(stages))
    let page = try String(contentsOf: Program.checkout.appending(path: "docs/metrics.md"), encoding: .utf8)
    for metric in Metric.catalogue { #expect(page.contains("`\(metric.name)`"), "\(metric.name) is not documented") }
    for group in MetricGroup.allCases { #expect(page.contains("`\(group.rawValue)`"), "\(group) is not documented") }
  }

  @Test("Every pipeline in the README is valid")
  func examples() throws {
    for (index, block) in try blocks("yaml", in: "README.md").enumerated() {
      try sandbox.write(block, to: "example.yaml")
      let outcome = try sandbox.program.run("validate", "example.yaml")
      #expect(outcome.status == 0, "block \(index): \(outcome.errors)")
    }
  }

  @Test("The pipelines of docs/learning-from-little.md run as written, but for their length")
  func learningFromLittle() throws {
    for (index, block) in try blocks("yaml", in: "docs/learning-from-little.md").enumerated() {
      let small = block.replacing(
        "\n      epochs: 20\n", with: "\n      epochs: 2\n      batch: 4\n      samples_per_epoch: 4\n"
      )
      .replacing("epochs: 20", with: "epochs: 2, batch: 4, samples_per_epoch: 4")
      .replacing("unfreeze: [3]\n", with: "unfreeze: [2]\n")
      .replacing("train: 0.7, validation: 0.15", with: "train: 0.6, validation: 0.25")
      try sandbox.write(small, to: "little.yaml")
      let outcome = try sandbox.program.run("run", "little.yaml")
      #expect(outcome.status == 0, "block \(index): \(outcome.errors)")
    }
    #expect(sandbox.exists("runs/starts/comparison.csv") && sandbox.exists("runs/few/transfer.csv"))
  }

  @Test("Every data set of docs/pipelines.md loads as written")
  func sources() throws {
    try sandbox.makeStudy()
    try sandbox.makeDecathlon()
    try sandbox.makeNNUNet()
    try sandbox.makeBIDS()
    let patients = try sandbox.program.run(
      "phantom", "--output", "patients", "--heads", "6", "--membranes", "0", "--severities")
    #expect(patients.status == 0, "\(patients.errors)")
    try sandbox.write("", to: "coarse/.keep")
    for number in 0..<6 {
      let outcome = try sandbox.program.run(
        "convert", "data/heads/images/head_0\(number).nii.gz", "coarse/head_0\(number).nii.gz", "--spacing", "3,3,6")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    for (index, block) in try blocks("yaml", in: "docs/pipelines.md").enumerated() {
      try sandbox.write(block, to: "example.yaml")
      let outcome = try sandbox.program.run("run", "example.yaml", "--until", "load")
      #expect(outcome.status == 0, "block \(index): \(outcome.errors)")
    }
  }

  @Test("Every key of every stage is in docs/pipelines.md, those of augment in docs/augmentation.md")
  func keys() throws {
    let text = try ["docs/pipelines.md", "docs/augmentation.md"].map { document in
      try String(contentsOf: Program.checkout.appending(path: document), encoding: .utf8)
    }.joined()
    let codeAndHeadings = text.matches(of: /```[\s\S]*?```|`[^`\n]+`|\n## [^\n]*/)
    let documentedWords = Set(
      codeAndHeadings.flatMap { $0.output.matches(of: /[a-z][a-z0-9_]*/).map { String($0.output) } })
    try sandbox.write(TestPipeline.small, to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml", "--until", "split")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let resolved = String(decoding: try sandbox.data("runs/test/resolved.yaml"), as: UTF8.self)
    let keys = Set(resolved.matches(of: /(?:^|[\s{,-])([a-z][a-z0-9_]*):/).map { String($0.output.1) })
    for key in keys.subtracting(["background", "ventricles", "nuclei", "lesion"]).sorted() {
      let documented = key.hasSuffix("_px") ? String(key.dropLast(3)) + "_mm" : key
      #expect(documentedWords.contains(documented), "'\(key)' is not documented")
    }
  }

  @Test("The tables of the keys of networks, losses, optimisers, schedules and predictions say what the program reads")
  func tables() throws {
    let file = Program.checkout.appending(path: "docs/pipelines.md")
    let lines = Set(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init))
    let rows =
      UNetConfiguration.markdownRows + Losses.markdownRows + Losses.with(.classes).flatMap { $0.markdownRows }
      + Optimisers.all.flatMap { $0.markdownRows }
      + Schedules.all.flatMap { $0.markdownRows } + TrainingOptions.markdownRows + Patience.markdownRows
      + PredictionConfiguration.markdownRows
    #expect(rows.count > 10)
    let missing = rows.filter { !lines.contains($0) }
    #expect(missing == [], "docs/pipelines.md lacks these rows")
  }

  /// The commands that a help lists, those of `benchmark` and `augment` in two words.
  private func commandsOfHelp() throws -> Set<String> {
    func subcommands(_ words: [String]) throws -> [String] {
      let help = try sandbox.program.run(words + ["--help"])
      #expect(help.status == 0, "\(words): \(help.errors)")
      guard let list = help.output.firstRange(of: "SUBCOMMANDS:") else { return [] }
      return help.output[list.upperBound...].matches(of: /\n  ([a-z]+)\s/).map { String($0.output.1) }
    }
    return Set(
      try subcommands([]).flatMap { command in
        let second = try subcommands([command])
        return second.isEmpty ? [command] : second.map { "\(command) \($0)" }
      })
  }

  /// The commands that the README names in code: `segment run my.yaml`, or a line of a block.
  private func commandsOfReadme(known: Set<String>) throws -> Set<String> {
    let text = try String(contentsOf: Program.checkout.appending(path: "README.md"), encoding: .utf8)
    let groups = Set(known.filter { $0.contains(" ") }.map { String($0.prefix { $0 != " " }) })
    return Set(
      text.matches(of: /(?:`|\n *)(?:\.build\/release\/)?segment ([a-z]+)(?: ([a-z]+))?/).compactMap { match in
        let first = String(match.output.1)
        if first == "help" { return nil }
        guard groups.contains(first) else { return first }
        return match.output.2.map { "\(first) \($0)" }
      })
  }

  @Test("Every command of the README has help with examples, and every command that has help is in the README")
  func help() throws {
    let helped = try commandsOfHelp()
    let named = try commandsOfReadme(known: helped)
    #expect(helped.isSuperset(of: ["run", "validate", "benchmark network", "augment apply"]), "\(helped.sorted())")
    #expect(named.subtracting(helped).isEmpty, "the README names commands that there are not")
    #expect(helped.subtracting(named).isEmpty, "commands that the README does not name")
    for command in helped.sorted() {
      let outcome = try sandbox.program.run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(outcome.status == 0)
      let parts = outcome.output.split(separator: "USAGE: segment \(command) ", maxSplits: 1)
      #expect(parts.count == 2, "\(command): \(outcome.output)")
      // One file is all that these two take: the line of their usage is the example.
      if ["validate", "info"].contains(command) { continue }
      #expect(parts[0].contains("\n  segment \(command) "), "\(command): no example in its help")
    }
  }
}
