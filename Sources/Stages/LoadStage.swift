import Datasets
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Finds image and label pairs, reads and checks every one, and writes down what the data set is.
struct LoadStage: Stage {
  static let kind = "load"
  static let version = 1
  static let summary = "finds image and label pairs, checks their geometry and their labels"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput(.dataset, path: "dataset.json")]

  private let images: String
  private let labels: String?
  private let classes: ClassMap?
  private let normalisation: Normalisation
  private let grouping: GroupingChoice
  private let pixelSpacingMM: SIMD2<Double>?

  private enum GroupingChoice {
    case eachCase
    case table(URL)
    case pattern(GroupPattern)
  }

  init(_ parameters: ParameterReader) throws {
    images = try parameters.url("images").path
    labels = try parameters.optionalURL("labels")?.path
    classes = parameters.has("classes") || labels != nil ? try ClassMap(parameters) : nil
    normalisation = try parameters.choice("normalisation", default: .zScore)
    let spacing = try parameters.optionalDoubles("spacing_mm", in: .above(0), count: 2...2)
    pixelSpacingMM = spacing.map { SIMD2($0[0], $0[1]) }
    grouping = try Self.grouping(parameters)
  }

  private static func grouping(_ parameters: ParameterReader) throws -> GroupingChoice {
    let table = try parameters.optionalURL("group_table")
    let pattern = try parameters.optionalString("group_by")
    switch (table, pattern) {
    case (nil, nil): return .eachCase
    case (let table?, nil): return .table(table)
    case (nil, let pattern?): return .pattern(try GroupPattern(pattern))
    case (_?, _?): throw parameters.invalid("group_by", expected: "no group_by beside group_table")
    }
  }

  private func pairing() throws -> CasePairing {
    try CasePairing(images: images, labels: labels, in: URL(filePath: "/"))
  }

  func externalFiles() throws -> [ExternalFile] {
    var files = try pairing().cases.flatMap { files in
      [ExternalFile(files.image, role: "image of \(files.id)")]
        + (files.label.map { [ExternalFile($0, role: "label of \(files.id)")] } ?? [])
    }
    if case .table(let table) = grouping { files.append(ExternalFile(table, role: "groups")) }
    return files
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let pairing = try pairing()
    for line in pairing.report.split(separator: "\n") { context.log.info(String(line)) }
    try pairing.requireLabels()
    let groups = try groups(of: pairing.cases.map(\.id))
    let reader = CaseReader(classes: classes, pixelSpacingMM: pixelSpacingMM)
    let files = Dictionary(uniqueKeysWithValues: pairing.cases.map { ($0.id, $0) })
    let checked = try inParallel(pairing.cases.map(\.id)) { id in
      try check(files[id]!, group: groups[id] ?? id, reader)
    }
    let dataset = try Dataset(
      classes: classes, normalisation: normalisation, pixelSpacingMM: pixelSpacingMM, cases: checked.map(\.facts))
    report(checked, dataset, context.log)
    try AtomicFile.write(dataset.json(), to: context.folder.appending(path: "dataset.json"))
    try AtomicFile.write(
      CaseLocations(of: pairing.cases).json(), to: context.folder.appending(path: LoadedDataset.locationsName))
    return .done
  }

  private func groups(of ids: [String]) throws -> [String: String] {
    let chosen: Grouping =
      switch grouping {
      case .eachCase: .eachCase
      case .table(let url): .table(try GroupTable(contentsOf: url))
      case .pattern(let pattern): .pattern(pattern)
      }
    return Dictionary(uniqueKeysWithValues: try chosen.grouped(ids).map { ($0.id, $0.group) })
  }

  // MARK: A case

  private struct CheckedCase {
    let facts: Dataset.Case
    let voxels: [Int]
    let constantChannels: [Int]
  }

  private func check(_ files: CaseFiles, group: String, _ reader: CaseReader) throws -> CheckedCase {
    var scan = try reader.scan(files.image, id: files.id)
    let grid = scan.volume.grid
    let channels = scan.volume.channels
    let statistics = try normalisation.apply(to: &scan.volume, source: files.image.path)
    var voxels: [Int] = []
    if let label = files.label, let classes {
      let labels = try reader.labels(label, id: files.id, on: grid)
      var counts = ClassStatistics(classes: classes)
      counts.count(labels, ofCase: files.id)
      voxels = counts.voxels(in: [files.id])
    }
    func file(_ url: URL, _ name: String) throws -> Dataset.File {
      Dataset.File(name: name, contentHash: try ContentHash.hash(of: url))
    }
    let facts = Dataset.Case(
      id: files.id, group: group, image: try file(files.image, files.imageName),
      label: try files.label.map { try file($0, files.labelName ?? "") }, grid: grid, channels: channels, voxels: voxels
    )
    return CheckedCase(
      facts: facts, voxels: voxels, constantChannels: statistics.indices.filter { statistics[$0].isConstant })
  }

  private func report(_ cases: [CheckedCase], _ dataset: Dataset, _ log: RunLog) {
    for item in cases where !item.constantChannels.isEmpty {
      log.warning("case '\(item.facts.id)': the image has one value throughout; there is nothing to learn from it")
    }
    let unit = dataset.lengthUnit == .millimetres ? "mm" : "pixels, without a physical size"
    log.info(
      "\(dataset.cases.count) cases, \(dataset.channels) channel(s), \(dataset.smallestSize) to "
        + "\(dataset.largestSize) voxels, in \(unit)")
    guard let classes else { return }
    let totals = classes.names.indices.map { index in
      cases.reduce(0) { $0 + ($1.voxels.isEmpty ? 0 : $1.voxels[index]) }
    }
    let all = Double(max(1, totals.reduce(0, +)))
    let shares = zip(classes.names, totals).map { name, count in
      "\(name) \((Double(count) / all * 10000).rounded() / 100) %"
    }
    log.info("voxels by class: " + shares.joined(separator: ", "))
  }
}
