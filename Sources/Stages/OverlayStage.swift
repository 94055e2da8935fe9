import Datasets
import Drawing
import Files
import Foundation
import Jobs
import Networks
import Pipelines
import Volumes

/// The stage `overlay`: draws reference and prediction on slices; one picture for each case.
struct OverlayStage: Stage {
  static let kind = "overlay"
  static let version = 2
  static let summary = "draws reference and prediction on slices; one picture for each case"
  static let inputs = [
    StageInput(.predictions), StageInput(.dataset), StageInput(.split, isRequired: false),
    StageInput(.metrics, isRequired: false),
  ]
  static let outputs = [StageOutput(.overlays, path: "overlays", publishedAs: "overlays")]

  private let part: PartChoice?
  private let choice: CaseChoice
  private let drawing: OverlayChoices
  private let format: OverlayChoices.Format

  init(_ parameters: ParameterReader) throws {
    part = try parameters.optionalChoice("part")
    choice = try parameters.collecting("cases") { try CaseChoice(parameters) } ?? .all
    drawing = try OverlayChoices(parameters)
    format = try parameters.choice("format", default: .png)
  }

  var neededInputs: [StageInput] {
    Self.inputs.filter { $0.type != .split || part != .all }.map {
      $0.type == .metrics ? StageInput(.metrics, isRequired: choice.needsMetrics) : $0
    }
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    try context.requireLabels()
    let predicted: PredictionForecast? = context.inputs.value(.predictions)
    try predicted?.requireLabels(for: context.stage)
    guard let known = try context.ids(of: part) else { return Forecast() }
    var drawn = known
    if case .named(let names) = choice {
      let unknown = names.filter { !known.contains($0) }
      guard unknown.isEmpty else {
        throw StageError.unknownCases(stage: context.stage, key: "cases", ids: unknown, known: known)
      }
      drawn = names
    }
    // A case without a prediction is drawn with its reference; no prediction at all is a mistake.
    if let predicted, !drawn.isEmpty, predicted.missing(from: drawn, of: context.dataset) == drawn {
      throw predicted.error(missing: drawn, in: context.stage)
    }
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let loaded = try LoadedDataset(context)
    if let classes = loaded.dataset.classes, let unknown = drawing.unknownColour(among: classes) {
      context.log.warning("colours: there is no class '\(unknown)'")
    }
    let predictions = try context.input(.predictions)
    let cases = try choice.chosen(
      from: PartChoice.cases(part, of: loaded.dataset, context), metrics: context.optionalInput(.metrics))
    let folder = context.folder.appending(path: "overlays")
    try FileSystem.makeFolder(folder.path)
    let byID = Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0) })
    _ = try inParallel(cases.map(\.id)) { id in
      try context.interruption.throwIfRequested()
      let file = folder.appending(path: "\(id).\(format.rawValue)")
      let picture = try draw(byID[id]!, loaded, predictions)
      try FileSystem.makeFolder(file.deletingLastPathComponent().path)
      try AtomicFile.write(picture, to: file)
    }
    context.log.info("\(cases.count) \(cases.count == 1 ? "overlay" : "overlays") written")
    return .done
  }

  private func draw(_ item: Dataset.Case, _ loaded: LoadedDataset, _ predictions: URL) throws -> Data {
    let scan = try loaded.scan(item.id)
    let grid = scan.volume.grid
    let file = predictions.appending(path: PredictionItem.outputName(of: item))
    let prediction =
      FileManager.default.fileExists(atPath: file.path)
      ? try loaded.reader.labels(file, id: item.id, on: grid) : nil
    guard let classes = loaded.dataset.classes else { throw StageError.noLabels(stage: Self.kind) }
    return try CaseOverlay(classes: classes, choices: drawing).data(
      item.id, image: scan.volume, reference: loaded.labels(item.id, on: grid), prediction: prediction,
      as: format.picture(scale: drawing.scale))
  }
}

/// Which of the cases are drawn.
private enum CaseChoice {
  case all
  case first(Int)
  /// Those with the lowest mean foreground Dice.
  case worst(Int)
  case named([String])

  init(_ parameters: ParameterReader) throws {
    if parameters.form(of: "cases") == .list {
      self = .named(try parameters.strings("cases"))
      return
    }
    let text = try parameters.string("cases", default: "worst 5")
    let words = text.split(separator: " ").map(String.init)
    if words == ["all"] {
      self = .all
    } else if words.count == 2, let count = Int(words[1]), count > 0, words[0] == "first" || words[0] == "worst" {
      self = words[0] == "first" ? .first(count) : .worst(count)
    } else {
      throw parameters.invalid("cases", expected: "all, 'first N', 'worst N' or a list of cases", found: text)
    }
  }

  var needsMetrics: Bool {
    if case .worst = self { true } else { false }
  }

  func chosen(from cases: [Dataset.Case], metrics: URL?) throws -> [Dataset.Case] {
    switch self {
    case .all: return cases
    case .first(let count): return Array(cases.prefix(count))
    case .named(let names):
      let missing = names.filter { name in !cases.contains { $0.id == name } }
      guard missing.isEmpty else {
        throw JobError.unmatched(
          what: missing.count == 1 ? "case is not" : "cases are not", names: missing, folder: "this part")
      }
      return cases.filter { names.contains($0.id) }
    case .worst(let count):
      let scores = try metrics.map { try CaseScores(summary: $0) }
      let ranked = cases.sorted { a, b in
        (scores?[a] ?? .infinity, a.id) < (scores?[b] ?? .infinity, b.id)
      }
      return Array(ranked.prefix(count))
    }
  }
}

/// The mean foreground Dice of each case, from `summary.json`.
private struct CaseScores {
  private let scores: [String: Double]

  private struct Summary: Decodable {
    struct Case: Decodable {
      struct Metrics: Decodable {
        let dice: Double?
        enum CodingKeys: String, CodingKey { case dice = "Dice" }
      }
      let predictionFile: String
      let metrics: [String: Metrics]
      enum CodingKeys: String, CodingKey {
        case metrics
        case predictionFile = "prediction_file"
      }
    }
    let cases: [Case]
    enum CodingKeys: String, CodingKey { case cases = "metric_per_case" }
  }

  init(summary: URL) throws {
    let summary = try ArtefactJSON.decode(Summary.self, from: summary)
    scores = Dictionary(
      summary.cases.compactMap { item in
        let values = item.metrics.sorted { $0.key < $1.key }.compactMap(\.value.dice)
        return values.isEmpty ? nil : (item.predictionFile, values.reduce(0, +) / Double(values.count))
      }, uniquingKeysWith: { first, _ in first })
  }

  subscript(item: Dataset.Case) -> Double? { scores[EvaluateStage.predictionName(of: item)] }
}
