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
  static let links = [StageLink(path: foldsName, publishedAs: foldsName)]

  /// All folds, as nnU-Net reads them.
  private static let foldsName = "splits_final.json"

  private let source: Source
  private let trainGroups: GroupChoice?
  private let trainCases: Int?
  /// Of the drawing of these cases; nil: that of the stage.
  private let trainSeed: Int?
  private let dropsValidation: Bool

  private enum Source {
    case file(URL, fold: Int)
    case folds(FoldChoice)
    case fractions(Split.Fractions)
    case lists(Split)
  }

  /// A fold of a drawn partition.
  private struct FoldChoice {
    let count: Int
    let fold: Int
    let validation: Double
    let isContiguous: Bool
  }

  init(_ parameters: ParameterReader) throws {
    let file = try parameters.optionalURL("file")
    let folds = try parameters.optionalInt("folds", in: .within(2...1000))
    let fold = try parameters.optionalInt("fold", in: .atLeast(0))
    trainGroups = try parameters.collecting("train_groups") { try Self.groups(parameters) } ?? nil
    trainCases = try parameters.optionalInt("train_cases", in: .atLeast(1))
    trainSeed = try parameters.optionalInt("train_seed", in: .atLeast(0))
    if trainSeed != nil, trainCases == nil {
      try parameters.refuse("train_seed", expected: "the key 'train_cases' beside it")
    }
    var dropsValidation = false
    if let file {
      for key in ["train", "test", "folds"] where parameters.has(key) {
        try parameters.refuse(key, expected: "no '\(key)' together with 'file'")
      }
      if parameters.has("validation") {
        if try parameters.double("validation") != 0 {
          try parameters.refuse("validation", expected: "0 beside 'file': the validation part of the file is not used")
        }
        dropsValidation = true
      }
      source = .file(file, fold: fold ?? 0)
    } else if let folds {
      for key in ["train", "test"] where parameters.has(key) {
        try parameters.refuse(key, expected: "no '\(key)' together with 'folds'")
      }
      if fold == nil || fold! >= folds {
        try parameters.refuse(
          "fold", expected: "the fold that is held out, 0 to \(folds - 1), such as ${matrix.fold} with a matrix")
      }
      let validation = try parameters.double("validation", default: 0.15, in: .atLeast(0, below: 1))
      source = .folds(
        FoldChoice(
          count: folds, fold: fold ?? 0, validation: validation,
          isContiguous: try parameters.bool("contiguous", default: false)))
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
    if file == nil, folds == nil, fold != nil {
      try parameters.refuse("fold", expected: "the key 'folds' or 'file' beside 'fold'")
    }
    self.dropsValidation = dropsValidation
  }

  private static func groups(_ parameters: ParameterReader) throws -> GroupChoice? {
    guard let text = try parameters.optionalString("train_groups") else { return nil }
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 2, let count = Int(words[1]), count > 0, ["first", "after"].contains(words[0]) else {
      throw parameters.invalid("train_groups", expected: "'first N' or 'after N', N groups by name", found: text)
    }
    return words[0] == "first" ? .first(count) : .after(count)
  }

  func externalFiles() throws -> [ExternalFile] {
    guard case .file(let url, let fold) = source else { return [] }
    _ = try SplitFile.split(contentsOf: url, fold: fold)
    return [ExternalFile(url, role: "split")]
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let dataset = context.dataset
    var split: Split?
    var emptyParts: Set<Split.Part> = []
    switch source {
    case .file(let url, let fold): split = try SplitFile.split(contentsOf: url, fold: fold)
    case .lists(let lists): split = lists
    case .folds(let choice):
      if choice.validation == 0 { emptyParts = [.validation] }
      // Which classes occur is not known yet, but whether there are enough cases.
      if let dataset { _ = try Folds(choice.count, of: dataset.cases, seed: context.seed) }
    case .fractions(let fractions):
      emptyParts = Set(Split.Part.allCases.filter { fractions[$0] == 0 })
      split = try dataset.map {
        try Split.drawn(from: $0.cases, fractions: fractions, seed: context.seed, stage: context.stage)
      }
    }
    if let whole = split, let dataset {
      try whole.requireUsable(dataset.leftOut, among: dataset.cases)
      try whole.check(against: dataset.cases)
      split = try reduced(whole, dataset.cases, seed: context.seed)
    }
    if dropsValidation { emptyParts.insert(.validation) }
    return Forecast(.split, SplitForecast(split: split, emptyParts: emptyParts))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let dataset = try LoadedDataset(context).dataset
    let cases = dataset.cases.map(\.grouped)
    var folds: [Split]?
    let whole: Split
    switch source {
    case .file(let url, let fold):
      whole = try planned(url, context) { try SplitFile.split(contentsOf: url, fold: fold) }
    case .fractions(let fractions):
      whole = try Split.drawn(from: cases, fractions: fractions, seed: context.seed, stage: context.stage)
    case .folds(let choice):
      let all = try Self.folds(choice, of: dataset, seed: context.seed)
      folds = all
      whole = all[choice.fold]
    case .lists(let lists): whole = lists
    }
    try whole.check(against: cases)
    let split = try reduced(whole, cases, seed: context.seed)
    if let classes = dataset.classes {
      try ClassStatistics(of: dataset, classes: classes).requireAllClasses(in: .train, of: split)
    }
    try AtomicFile.write(SplitFile(folds: [split]).json(), to: context.folder.appending(path: "split.json"))
    if let folds {
      try AtomicFile.write(SplitFile(folds: folds).json(), to: context.folder.appending(path: Self.foldsName))
    }
    report(split, cases, context.log)
    return .done
  }

  private func reduced(_ split: Split, _ cases: [GroupedCase], seed: UInt64) throws -> Split {
    var split = split
    if dropsValidation { split.validation = [] }
    guard trainGroups != nil || trainCases != nil else { return split }
    return try split.reduced(to: trainGroups, count: trainCases, among: cases, seed: trainSeed.map(UInt64.init) ?? seed)
  }

  private static func folds(_ choice: FoldChoice, of dataset: Dataset, seed: UInt64) throws -> [Split] {
    let classes = dataset.cases.map { item in
      (item.id, Set(item.voxels.indices.filter { $0 > 0 && item.voxels[$0] > 0 }))
    }
    let folds = try Folds(
      choice.count, of: dataset.cases.map(\.grouped), classes: Dictionary(uniqueKeysWithValues: classes),
      isContiguous: choice.isContiguous, seed: seed)
    return try (0..<choice.count).map { try folds.split($0, validation: choice.validation, seed: seed) }
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
