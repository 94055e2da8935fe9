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
  /// - Parameters:
  ///   - failures: Why files could not be measured.
  ///   - isDimensionKnown: Whether the data set says what a fourth dimension is.
  public init(
    id: String, image: AuditedImage?, label: AuditedLabel?, failures: [String], isDimensionKnown: Bool = false
  ) {
    (self.id, self.image, self.label) = (id, image, label)
    findings = failures.map { .unusable(reason: $0) }
    if let image { findings += Self.findings(of: image, isDimensionKnown: isDimensionKnown) }
    if let label {
      findings += label.header.notes.filter { $0.isWarning && image?.notes.contains($0) != true }.map { .note($0) }
    }
    if let image, let label { findings += Self.comparison(image.header.grid, label.header.grid) }
    if label?.isEmpty == true { findings.append(.emptyLabel) }
  }

  private static func findings(of image: AuditedImage, isDimensionKnown: Bool) -> [AuditFinding] {
    var findings = image.notes.map { AuditFinding.note($0) }
    if image.header.frames > 1, !isDimensionKnown { findings.append(.furtherDimension(image.header.frames)) }
    if image.nonFinite > 0 { findings.append(.notFinite(image.nonFinite)) }
    return findings + image.constantChannels.map { .constant(channel: $0) }
  }

  private static func comparison(_ image: Grid, _ label: Grid) -> [AuditFinding] {
    if image.unit != label.unit { return [.otherUnit] }
    if image.reordering(of: label) != nil { return [.reorderedLabel(label.orientation, image: image.orientation)] }
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
    let maxima = cases.compactMap(\.image?.maximum).sorted()
    for index in cases.indices {
      let item = cases[index]
      if let maximum = item.image?.maximum, let usual = Self.usual(maxima), Self.isFar(maximum, from: usual) {
        cases[index].findings.append(.unusualRange(maximum: maximum, usual: usual))
      }
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

  /// The median, of enough images to tell what is usual.
  private static func usual(_ maxima: [Float]) -> Float? { maxima.count >= 5 ? maxima[maxima.count / 2] : nil }

  /// Whether two largest values differ by a factor of 100: the units or the windowing of scanners differ by less.
  private static func isFar(_ maximum: Float, from usual: Float) -> Bool {
    maximum > 0 && usual > 0 && max(maximum / usual, usual / maximum) > 100
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

  /// What to put into the load stage of a pipeline file, a line each, with the reason as a comment.
  public var remedies: [String] {
    var reasons: [AuditFinding.Remedy: [(id: String, finding: AuditFinding)]] = [:]
    for item in cases {
      for finding in item.findings { reasons[finding.remedy, default: []].append((item.id, finding)) }
    }
    var lines = (reasons.removeValue(forKey: .look) ?? []).map { "# '\($0.id)': \($0.finding)" }
    if let excluded = reasons.removeValue(forKey: .exclude) {
      lines += excluded.map { "# '\($0.id)': \($0.finding)" }
      let names = Set(excluded.map(\.id)).sortedBytewise()
      lines.append("exclude: [\(names.joined(separator: ", "))]")
    }
    for case (.key(let key), let reasons) in reasons.sorted(by: { $0.value[0].id.precedesBytewise($1.value[0].id) }) {
      let others = Set(reasons.map(\.id)).count - 1
      lines.append("# '\(reasons[0].id)'\(others > 0 ? " and \(others) more" : ""): \(reasons[0].finding)")
      lines.append(key)
    }
    return lines + resampling
  }

  /// One spacing for all, where they differ by more than a quarter.
  private var resampling: [String] {
    let grids = cases.compactMap(\.image?.header.grid).filter { $0.unit == .millimetres }
    let differ = BodyAxis.allCases.contains { axis in
      let spacings = grids.map { $0.spacing[$0.voxelAxis(nearestTo: axis)] }
      return (spacings.max() ?? 1) > 1.25 * (spacings.min() ?? 1)
    }
    return differ ? ["# the spacings differ by more than a quarter", "resample: {spacing_mm: median}"] : []
  }
}
