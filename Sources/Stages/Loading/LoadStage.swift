import Datasets
import Files
import Foundation
import Jobs
import Machine
import Pipelines
import ScanIO
import Volumes

/// The stage `load`: finds the images and labels of cases, reads and checks them, and describes the data set.
struct LoadStage: DatasetProducer {
  static let kind = "load"
  static let version = 2
  static let summary = "finds the images and labels of cases, checks their geometry and their labels"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput(.dataset, path: "dataset.json")]

  private let parameters: LoadParameters

  init(_ parameters: ParameterReader) throws {
    self.parameters = try LoadParameters(parameters)
  }

  private func found() throws -> FoundCases {
    try parameters.source.found(needsClasses: parameters.classes == nil, excluding: parameters.excluded)
      .excluding(parameters.excluded)
  }

  func externalFiles() throws -> [ExternalFile] {
    let found = try found()
    var files = found.cases.flatMap { item -> [ExternalFile] in
      let images = item.images.enumerated().flatMap { index, image in
        ScanFile.parts(of: image.url).map { part in
          ExternalFile(
            part, role: "image\(Self.mark(index, of: item, names: found.names)) of \(item.id)",
            searchedFolder: folder(of: image))
        }
      }
      let labels = item.label.map { label in
        ScanFile.parts(of: label.url).map {
          ExternalFile(
            $0, role: "label of \(item.id)", searchedFolder: folder(of: label))
        }
      }
      return images + (labels ?? [])
    }
    files += found.descriptions.map { ExternalFile($0, role: "description") }
    if case .table(let table) = parameters.grouping { files.append(ExternalFile(table, role: "groups")) }
    return files
  }

  /// The folder in which a file was found; nil where it was listed by its path.
  private func folder(of file: CaseFile) -> URL? {
    parameters.source.isSearch ? file.url.deletingLastPathComponent() : nil
  }

  /// The mark that distinguishes the images of a case: a name or a number.
  private static func mark(_ index: Int, of item: CaseFiles, names: [String]?) -> String {
    if let names, names.count == item.images.count { return " \(names[index])" }
    return item.images.count == 1 ? "" : " \(index + 1)"
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    let found = try found()
    let classes = try parameters.classes(of: found)
    let groups = try groups(of: found.cases)
    return Forecast(
      .dataset,
      DatasetForecast(
        cases: found.cases.map { GroupedCase(id: $0.id, group: groups[$0.id] ?? $0.id) },
        outputNames: Dictionary(
          uniqueKeysWithValues: found.cases.map {
            ($0.id, PredictionItem.outputName(ofCase: $0.id, firstImage: $0.images[0].name))
          }),
        hasLabels: classes != nil && found.hasLabels, classNames: classes?.names, leftOut: found.leftOut))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let found = try found()
    for line in found.report { context.log.info(line) }
    for warning in found.leftOut.warnings { context.log.warning(warning) }
    var reading = parameters.reading
    if reading.choices.furtherDimension == nil { reading.choices.furtherDimension = found.furtherDimension }
    let classes = try parameters.classes(of: found)
    let groups = try groups(of: found.cases)
    let checker = CaseChecker(
      reader: CaseReader(classes: classes, reading: reading), normalisation: parameters.normalisation)
    let files = Dictionary(uniqueKeysWithValues: found.cases.map { ($0.id, $0) })
    let checked = try inParallel(found.cases.map(\.id)) { id in
      let item = try checker.check(files[id]!, group: groups[id] ?? id)
      return (item, names: try found.channelNames(ofCase: id, channelCounts: item.channelCounts))
    }
    let dataset = try Dataset(
      classes: classes, normalisation: parameters.normalisation, reading: reading,
      commonSpacing: parameters.resampling?.commonSpacing(of: checked.map(\.0.facts.grid)),
      channelNames: checked[0].names,
      cases: checked.map(\.0.facts))
    if let spacing = dataset.commonSpacing {
      try dataset.requireMillimetres(for: "resample.spacing_mm")
      try requireMemory(toResample: dataset.cases, to: spacing)
    }
    LoadReport(dataset: dataset, cases: checked.map(\.0)).log(to: context.log)
    try AtomicFile.write(dataset.json(), to: context.folder.appending(path: "dataset.json"))
    try context.check(try externalFiles().map(\.url))
    return .done
  }

  func locations() throws -> CaseLocations { CaseLocations(of: try found().cases) }

  /// Checks that each case fits into memory at the common spacing; otherwise no later stage could use it.
  private func requireMemory(toResample cases: [Dataset.Case], to spacing: CommonSpacing) throws {
    _ = try inOrder(cases.map(\.id), cases) { item in
      let target = try spacing.grid(covering: item.grid)
      try MemoryBudget.require(
        ByteCount.product(target.size.count, item.channels, MemoryLayout<Float>.stride),
        for: "the image at a spacing of \(spacing) (\(target.size) voxels)",
        remedy: "choose a larger resample.spacing_mm")
    }
  }

  private func groups(of cases: [CaseFiles]) throws -> [String: String] {
    let chosen: Grouping
    switch parameters.grouping {
    case nil: return Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0.group ?? $0.id) })
    case .table(let url): chosen = .table(try GroupTable(contentsOf: url))
    case .pattern(let pattern): chosen = .pattern(pattern)
    }
    return Dictionary(uniqueKeysWithValues: try chosen.grouped(cases.map(\.id)).map { ($0.id, $0.group) })
  }
}

/// A case that was read, and can be used.
struct CheckedCase {
  let facts: Dataset.Case
  /// The number of channels of each image.
  let channelCounts: [Int]
  /// The channels of one value, from 0.
  let constantChannels: [Int]
  /// The files on another grid than the first image.
  let resampled: [ResampledFile]
  /// The files whose voxels are those of the first image's grid in another order.
  let reordered: [ReorderedFile]
  /// The notes about how the images were read.
  let notes: [ScanNote]
}

/// Reads cases and checks them.
private struct CaseChecker {
  let reader: CaseReader
  let normalisation: Normalisation

  func check(_ files: CaseFiles, group: String) throws -> CheckedCase {
    var scan = try reader.scan(files.images.map(\.url), id: files.id)
    let grid = scan.volume.grid
    let statistics = try normalisation.apply(to: &scan.volume, source: files.images[0].url.path)
    // The labels have their own numbers: large images and labels need not be in memory together.
    let channels = scan.takeVolume().channels
    var voxels: [Int] = []
    var (resampled, reordered, notes) = (scan.resampled, scan.reordered, scan.notes)
    if let label = files.label, let classes = reader.classes {
      let placed = try reader.placedLabels(label.url, id: files.id, on: grid)
      var counts = ClassStatistics(classes: classes)
      counts.count(placed.labels, ofCase: files.id)
      voxels = counts.voxels(in: [files.id])
      if let label = placed.resampled { resampled.append(label) }
      if let label = placed.reordered { reordered.append(label) }
      notes += placed.notes
    }
    let facts = Dataset.Case(
      id: files.id, group: group, images: try files.images.map(Self.hashed), label: try files.label.map(Self.hashed),
      grid: grid, channels: channels, voxels: voxels)
    return CheckedCase(
      facts: facts, channelCounts: scan.channelCounts,
      constantChannels: statistics.indices.filter { statistics[$0].isConstant }, resampled: resampled,
      reordered: reordered, notes: notes)
  }

  /// A file as the data set knows it; the content of a pair is that of both its files.
  private static func hashed(_ file: CaseFile) throws -> Dataset.File {
    let hashes = try ScanFile.parts(of: file.url).map { try ContentHash.hash(of: $0) }
    let hash = hashes.count == 1 ? hashes[0] : ContentHash.hash(of: Data(hashes.joined().utf8))
    return Dataset.File(name: file.name, contentHash: hash)
  }
}
