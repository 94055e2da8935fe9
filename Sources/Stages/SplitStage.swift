import Datasets
import Files
import Foundation
import Jobs
import Pipelines

/// The stage `split`: splits the cases into training, validation and test; the cases of a group stay together.
struct SplitStage: Stage {
  static let kind = "split"
  static let version = 1
  static let summary = "splits the cases into training, validation and test; cases of one patient stay together"
  static let inputs = [StageInput(.dataset)]
  static let outputs = [StageOutput(.split, path: "split.json")]

  private let source: Source

  private enum Source {
    case file(URL, fold: Int)
    case fractions(Split.Fractions)
    case lists(Split)
  }

  init(_ parameters: ParameterReader) throws {
    let file = try parameters.optionalURL("file")
    let fold = try parameters.optionalInt("fold", in: .atLeast(0))
    if let file {
      for key in ["train", "validation", "test"] where parameters.has(key) {
        try parameters.refuse(key, expected: "no '\(key)' together with 'file'")
      }
      source = .file(file, fold: fold ?? 0)
    } else if parameters.form(of: "train") == .list {
      source = .lists(
        Split(
          train: try parameters.strings("train"), validation: try parameters.strings("validation", default: []),
          test: try parameters.strings("test", default: [])))
    } else {
      let fractions = try parameters.collecting("train", "validation", "test") {
        try Split.Fractions(
          train: try parameters.double("train", default: 0.7),
          validation: try parameters.double("validation", default: 0.15),
          test: try parameters.double("test", default: 0.15))
      }
      source = .fractions(try parameters.needed(fractions))
    }
  }

  func externalFiles() throws -> [ExternalFile] {
    guard case .file(let url, let fold) = source else { return [] }
    _ = try SplitFile.split(contentsOf: url, fold: fold)
    return [ExternalFile(url, role: "split")]
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let dataset = context.dataset
    let split: Split?
    var emptyParts: Set<Split.Part> = []
    switch source {
    case .file(let url, let fold): split = try SplitFile.split(contentsOf: url, fold: fold)
    case .lists(let lists): split = lists
    case .fractions(let fractions):
      emptyParts = Set(Split.Part.allCases.filter { fractions[$0] == 0 })
      split = try dataset.map {
        try Split.drawn(from: $0.cases, fractions: fractions, seed: context.seed, stage: context.stage)
      }
    }
    if let split, let dataset {
      try split.requireUsable(dataset.leftOut, among: dataset.cases)
      try split.check(against: dataset.cases)
    }
    return Forecast(.split, SplitForecast(split: split, emptyParts: emptyParts))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let dataset = try LoadedDataset(context).dataset
    let cases = dataset.cases.map(\.grouped)
    let split =
      switch source {
      case .file(let url, let fold): try planned(url, context) { try SplitFile.split(contentsOf: url, fold: fold) }
      case .fractions(let fractions):
        try Split.drawn(from: cases, fractions: fractions, seed: context.seed, stage: context.stage)
      case .lists(let split): split
      }
    try split.check(against: cases)
    if let classes = dataset.classes {
      try ClassStatistics(of: dataset, classes: classes).requireAllClasses(in: .train, of: split)
    }
    try AtomicFile.write(SplitFile(folds: [split]).json(), to: context.folder.appending(path: "split.json"))
    report(split, cases, context.log)
    return .done
  }

  /// What is read from a file that is the one that the run was planned with.
  private func planned<Content>(_ url: URL, _ context: StageContext, _ read: () throws -> Content) throws -> Content {
    let content = try read()
    try context.check([url])
    return content
  }

  private func report(_ split: Split, _ cases: [GroupedCase], _ log: RunLog) {
    let groups = Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0.group) })
    let areGrouped = Set(groups.values).count < groups.count
    let parts = Split.Part.allCases.map { part in
      let found = Set(split[part].compactMap { groups[$0] }).count
      return counted(split[part].count, "\(part) case") + (areGrouped ? " in \(counted(found, "group"))" : "")
    }
    log.info(parts.joined(separator: ", "))
    if split[.test].count == 1 {
      log.warning("the test part is one case: its scores say little about other scans")
    }
    let unused = split.casesInNoPart(of: cases)
    if !unused.isEmpty {
      log.warning("\(unused.count) \(unused.count == 1 ? "case is" : "cases are") in no part of the split and not used")
    }
  }
}

extension Split {
  /// Reads the artefact of a split stage.
  ///
  /// - Throws: `StageError.damagedArtefact` where it cannot be read, or lists a case twice.
  init(artefact: URL) throws {
    do {
      self = try SplitFile.split(contentsOf: artefact, fold: 0)
    } catch {
      throw StageError.damagedArtefact(file: artefact.path, reason: "\(error)")
    }
    let all = train + validation + test
    let counts = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
    if let twice = all.first(where: { counts[$0] != 1 }) {
      throw StageError.damagedArtefact(file: artefact.path, reason: "case '\(twice)' is listed twice")
    }
  }

  /// The names of a part's cases.
  ///
  /// - Throws: `StageError.emptyPart`.
  func cases(of part: Part, for stage: String) throws -> [String] {
    guard !self[part].isEmpty else { throw StageError.emptyPart(stage: stage, part: part.rawValue) }
    return self[part]
  }
}
