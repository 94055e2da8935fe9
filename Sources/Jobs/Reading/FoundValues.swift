import Datasets
import Foundation
import Pipelines
import ScanIO

/// The values of a label file, for commands that make a class of each.
struct FoundValues: Sendable {
  /// Its path.
  let file: String
  /// Its values but 0 and black.
  let values: Set<LabelValue>
  /// Whether it is probably an image, as an audit decides.
  let isImage: Bool

  /// Reads a label file.
  ///
  /// - Throws: `ScanError`, `DatasetError`.
  init(in url: URL, advice: Advice) throws {
    file = url.path
    let scan = try LabelValue.readScan(url, choices: ReadingChoices(advice: advice))
    let found = try LabelValue.found(in: scan.volume, source: file)
    values = found.filter { $0 != .number(0) && $0 != .black }
    // Files of few values need no closer look.
    isImage = found.count < 10 ? false : try AuditedLabel(scan, source: file).isImage
  }

  /// Reads label files.
  ///
  /// - Throws: `ScanError`, `DatasetError`.
  static func all(in files: [URL], advice: Advice) throws -> [FoundValues] {
    try files.map { try FoundValues(in: $0, advice: advice) }
  }
}

extension ClassMap {
  /// Makes each value a class of that name; 0 or black is the background. Without any value, class 1 is empty. A warning
  /// names files that look like images.
  ///
  /// - Throws: `JobError.tooManyValues` for more classes than there can be.
  init(_ files: [FoundValues], log: RunLog) throws {
    let values = files.reduce(into: Set<LabelValue>()) { $0.formUnion($1.values) }
    guard values.count < ClassMap.maximumCount else {
      let largest = files.max { $0.values.count < $1.values.count }
      let isAlone = largest.map { $0.values.count >= ClassMap.maximumCount } ?? false
      throw JobError.tooManyValues(
        file: isAlone ? largest?.file : nil, count: isAlone ? largest?.values.count ?? 0 : values.count)
    }
    let images = files.filter(\.isImage)
    if let first = images.first {
      log.warning(
        images.count == 1
          ? "\(first.file): looks like an image, not like labels: it has \(first.values.count) values other than 0"
          : "\(images.count) label files look like images: " + listed(images.map(\.file)))
    }
    let areColours = values.contains(where: \.isColour)
    let sorted = values.isEmpty ? [.number(1)] : LabelValue.sorted(areColours ? Set(values.map(\.asColour)) : values)
    try self.init(
      [Entry(name: "background", values: [areColours ? .black : .number(0)])]
        + sorted.map { Entry(name: "\($0)", values: [$0]) })
  }
}
