import Files
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
  /// The findings about it.
  public internal(set) var findings: [AuditFinding]

  /// Whether a pipeline cannot use it.
  public var isExcluded: Bool { findings.contains { $0.remedy == .exclude } }

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
    if let image, let label { findings += Self.comparison(image.header.grid, label) }
    guard let label else { return }
    if label.isEmpty { findings.append(.emptyLabel) }
    if label.isImage {
      findings.append(.imageAmongLabels(values: label.voxels.count))
    } else if let edges = label.smoothEdges {
      findings.append(.smoothEdges(low: edges.low, high: edges.high, between: label.voxels.count - 2))
    }
  }

  private static func findings(of image: AuditedImage, isDimensionKnown: Bool) -> [AuditFinding] {
    var findings = image.notes.map { AuditFinding.note($0) }
    if image.header.frames > 1, !isDimensionKnown { findings.append(.furtherDimension(image.header.frames)) }
    if image.nonFinite > 0 { findings.append(.notFinite(image.nonFinite)) }
    return findings + image.constantChannels.map { .constant(channel: $0) }
  }

  private static func comparison(_ image: Grid, _ label: AuditedLabel) -> [AuditFinding] {
    let grid = label.header.grid
    if image.unit != grid.unit { return [.otherUnit] }
    if image.reordering(of: grid) != nil { return [.reorderedLabel(grid.orientation, image: image.orientation)] }
    if image.isSameGrid(as: grid), image.affine.inverse != nil { return [] }
    if let reason = UnrelatedLabel(image: image, label: grid, foreground: label.foreground) {
      return [.unrelatedLabel(reason)]
    }
    guard let displacement = image.displacement(to: grid) else {
      return [.otherSize(image: image.size, label: grid.size)]
    }
    return [.misplacedLabel(displacement)]
  }
}

/// What an audit found of a data set: its cases, and what shows only between them.
public struct DatasetAudit: Sendable {
  /// The cases in order of their names.
  public let cases: [AuditedCase]
  /// The lowest and the highest value of masks with smooth edges, where all labels are such masks; nil for other labels.
  public let smoothEdges: (low: Int, high: Int)?

  /// Compares cases that were measured.
  ///
  /// - Parameter expectsLabels: Whether a case without a label is a finding.
  public init(_ cases: [AuditedCase], expectsLabels: Bool) {
    var cases = cases.sorted { $0.id.precedesBytewise($1.id) }
    let counts = Dictionary(grouping: cases.compactMap(\.image?.channels), by: { $0 }).mapValues(\.count)
    let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    var images: [ContentFingerprint: String] = [:]
    var labels: [ContentFingerprint: String] = [:]
    let edges = Self.smoothEdges(of: cases)
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
        if !expectsLabels, let values = image.fewValues {
          cases[index].findings.append(.labelAmongImages(values: values))
        }
        if let first = images[image.content] { cases[index].findings.append(.duplicateImage(of: first)) }
      }
      if edges == nil, let place = cases[index].findings.firstIndex(where: \.isSmoothEdges) {
        cases[index].findings[place] = .smoothAmongClasses
      }
      if let label = item.label, !label.isEmpty, let first = labels[label.content] {
        cases[index].findings.append(.duplicateLabel(of: first))
      }
      if expectsLabels, item.label == nil, !item.findings.contains(where: \.isUnusable) {
        cases[index].findings.append(.noLabel)
      }
      // What is excluded takes no other case with it.
      guard !cases[index].isExcluded else { continue }
      if let image = item.image { images[image.content] = item.id }
      if let label = item.label, !label.isEmpty { labels[label.content] = item.id }
    }
    self.cases = cases
    smoothEdges = edges
  }

  /// The two values that masks with smooth edges have, where all labels are such masks, plain masks of the same values, or
  /// empty; nil where one has classes.
  private static func smoothEdges(of cases: [AuditedCase]) -> (low: Int, high: Int)? {
    let labels = cases.compactMap(\.label).filter { !$0.isImage }
    let edges = labels.compactMap(\.smoothEdges)
    guard let low = edges.map(\.low).min(), let high = edges.map(\.high).max() else { return nil }
    let isMask = labels.allSatisfy { $0.smoothEdges != nil || $0.isMask(low: low, high: high) }
    return isMask ? (low, high) : nil
  }

  /// The median, if there are enough images.
  private static func usual(_ maxima: [Float]) -> Float? { maxima.count >= 5 ? maxima[maxima.count / 2] : nil }

  /// Whether two largest values differ by a factor of 100: the units or the windowing of scanners differ by less.
  private static func isFar(_ maximum: Float, from usual: Float) -> Bool {
    maximum > 0 && usual > 0 && max(maximum / usual, usual / maximum) > 100
  }

  /// The values in the labels, in order, each with the number of cases that have it and its voxels in all. Those of images
  /// among the labels, and of masks with smooth edges among classes, are left out.
  public var labelValues: [(value: LabelValue, cases: Int, voxels: Int)] { labelValues(excluding: []) }

  /// The values in the labels as `labelValues`, without those of some cases.
  public func labelValues(excluding ids: Set<String>) -> [(value: LabelValue, cases: Int, voxels: Int)] {
    let cases = cases.filter { !ids.contains($0.id) }
    var totals: [LabelValue: (cases: Int, voxels: Int)] = [:]
    let labels = cases.compactMap(\.label).filter { !$0.isImage && (smoothEdges != nil || $0.smoothEdges == nil) }
    for (value, count) in labels.flatMap(\.voxels) {
      totals[value, default: (0, 0)].cases += 1
      totals[value, default: (0, 0)].voxels += count
    }
    return LabelValue.sorted(totals.keys).map { ($0, totals[$0]?.cases ?? 0, totals[$0]?.voxels ?? 0) }
  }

  /// The cases that a pipeline cannot use, in order.
  public var excluded: [String] { cases.filter(\.isExcluded).map(\.id) }

  /// The cases that decide how the others are loaded: those that are used, or all where none is.
  private var deciding: [AuditedCase] {
    let used = cases.filter { !$0.isExcluded }
    return used.isEmpty ? cases : used
  }

  /// What to put into the load stage of a pipeline file, a line each, with the reasons as comments.
  public var remedies: [String] {
    var kinds: [(finding: AuditFinding, ids: [String])] = []
    let used = Set(deciding.map(\.id))
    for item in cases {
      for finding in item.findings where finding.remedy == .exclude || used.contains(item.id) {
        if let place = kinds.firstIndex(where: { $0.finding.kind == finding.kind }) {
          if kinds[place].ids.last != item.id { kinds[place].ids.append(item.id) }
        } else {
          kinds.append((finding, [item.id]))
        }
      }
    }
    func comment(_ kind: (finding: AuditFinding, ids: [String])) -> String {
      let others = kind.ids.count > 1 ? " and \(kind.ids.count - 1) more" : ""
      return YAMLText.comment("'\(kind.ids[0])'\(others): \(kind.finding)")
    }
    var lines = kinds.filter { $0.finding.remedy == .look }.map(comment)
    let excluded = excluded
    if !excluded.isEmpty, excluded.count < cases.count {
      lines += kinds.filter { $0.finding.remedy == .exclude }.map(comment)
      lines.append("exclude: " + YAMLText.list(excluded))
    } else if !excluded.isEmpty {
      lines += kinds.filter { $0.finding.remedy == .exclude }.map(comment)
      lines.append(YAMLText.comment("no case can be loaded: repair the files first"))
    }
    var keys: Set<String> = []
    for kind in kinds {
      guard case .key(let key) = kind.finding.remedy, keys.insert(key).inserted else { continue }
      lines += [comment(kind), key]
    }
    return needsOneSpacing
      ? lines + ["# the spacings differ by more than a quarter", "resample: {spacing_mm: median}"] : lines
  }

  /// Whether the spacings of the images differ by more than a quarter.
  public var needsOneSpacing: Bool {
    let grids = deciding.compactMap(\.image?.header.grid).filter { $0.unit == .millimetres }
    return BodyAxis.allCases.contains { axis in
      let spacings = grids.map { $0.spacing[$0.voxelAxis(nearestTo: axis)] }
      return (spacings.max() ?? 1) > 1.25 * (spacings.min() ?? 1)
    }
  }
}
