import ScanIO
import Volumes

/// What an audit found of a case.
public struct AuditedCase: Sendable {
  /// The case's name.
  public let id: String
  /// Its image; nil where it cannot be read.
  public let image: AuditedImage?
  /// Its label; nil where there is none, or it cannot be read.
  public let label: AuditedLabel?
  /// What is strange about it.
  public internal(set) var findings: [AuditFinding]

  /// Puts a case together from what could be measured, and compares its image and its label.
  ///
  /// - Parameter failures: Why files could not be measured.
  public init(id: String, image: AuditedImage?, label: AuditedLabel?, failures: [String]) {
    (self.id, self.image, self.label) = (id, image, label)
    findings = failures.map { .unusable(reason: $0) }
    if let image { findings += Self.findings(of: image) }
    if let image, let label { findings += Self.comparison(image.header.grid, label.header.grid) }
    if label?.isEmpty == true { findings.append(.emptyLabel) }
  }

  private static func findings(of image: AuditedImage) -> [AuditFinding] {
    var findings = image.header.notes.map { AuditFinding.note($0) }
    if image.header.frames > 1 { findings.append(.furtherDimension(image.header.frames)) }
    if image.nonFinite > 0 { findings.append(.notFinite(image.nonFinite)) }
    return findings + image.constantChannels.map { .constant(channel: $0) }
  }

  private static func comparison(_ image: Grid, _ label: Grid) -> [AuditFinding] {
    if image.unit != label.unit { return [.otherUnit] }
    guard let displacement = image.displacement(to: label) else {
      return [.otherSize(image: image.size, label: label.size)]
    }
    return image.isSameGrid(as: label) ? [] : [.misplacedLabel(displacement)]
  }
}

/// What an audit found of a data set: its cases, and what shows only between them.
public struct DatasetAudit: Sendable {
  /// The cases in order of their names.
  public let cases: [AuditedCase]

  /// Compares cases that were measured.
  ///
  /// - Parameter expectsLabels: Whether a case without a label is strange.
  public init(_ cases: [AuditedCase], expectsLabels: Bool) {
    var cases = cases.sorted { $0.id.precedesBytewise($1.id) }
    let counts = Dictionary(grouping: cases.compactMap(\.image?.channels), by: { $0 }).mapValues(\.count)
    let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    var images: [ContentFingerprint: String] = [:]
    var labels: [ContentFingerprint: String] = [:]
    for index in cases.indices {
      let item = cases[index]
      if let image = item.image {
        if let usual, image.channels != usual {
          cases[index].findings.append(.channels(image.channels, usual: usual))
        }
        if let first = images[image.content] {
          cases[index].findings.append(.duplicateImage(of: first))
        } else {
          images[image.content] = item.id
        }
      }
      if let label = item.label, !label.isEmpty {
        if let first = labels[label.content] {
          cases[index].findings.append(.duplicateLabel(of: first))
        } else {
          labels[label.content] = item.id
        }
      }
      if expectsLabels, item.label == nil, !item.findings.contains(where: \.isUnusable) {
        cases[index].findings.append(.noLabel)
      }
    }
    self.cases = cases
  }

  /// The values in the labels, in order, each with the number of cases that have it and its voxels in all.
  public var labelValues: [(value: LabelValue, cases: Int, voxels: Int)] {
    var totals: [LabelValue: (cases: Int, voxels: Int)] = [:]
    for (value, count) in cases.compactMap(\.label).flatMap(\.voxels) {
      totals[value, default: (0, 0)].cases += 1
      totals[value, default: (0, 0)].voxels += count
    }
    return LabelValue.sorted(totals.keys).map { ($0, totals[$0]?.cases ?? 0, totals[$0]?.voxels ?? 0) }
  }

  /// The findings, each with the cases that have it, for which one remedy serves all.
  public var remedies: [(remedy: AuditFinding.Remedy, cases: [String])] {
    var order: [AuditFinding.Remedy] = []
    var owners: [AuditFinding.Remedy: [String]] = [:]
    for item in cases {
      for finding in item.findings {
        if owners[finding.remedy] == nil { order.append(finding.remedy) }
        if owners[finding.remedy]?.last != item.id { owners[finding.remedy, default: []].append(item.id) }
      }
    }
    return order.map { ($0, owners[$0] ?? []) }
  }
}

extension AuditedImage {
  /// The number of values a voxel has.
  public var channels: Int { header.channels }
}
