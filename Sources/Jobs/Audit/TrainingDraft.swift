import Datasets
import Networks
import Volumes

/// The stages after `load` of a pipeline for an audited data set: a small 2-D U-Net with values that suit the data.
struct TrainingDraft {
  /// The seed of the pipeline, with which the training part shows every class.
  let seed: UInt64
  /// The lines of the stages.
  let lines: [String]

  /// Why no training is drafted.
  enum Problem: Error, CustomStringConvertible {
    case noLabels
    case tooFewGroups(Int)
    case mixedUnits
    case missingClass([LabelValue])
    case noSplit

    var description: String {
      switch self {
      case .noLabels: "no case has a label"
      case .tooFewGroups(let count): "a training and a test need 2 labelled cases or patients, there is \(count)"
      case .mixedUnits: "some images have a physical size, others have not"
      case .missingClass(let values):
        "no label has the value \(values.map(\.description).joined(separator: " or ")) of a class"
      case .noSplit: "no split was found whose training part shows every class"
      }
    }
  }

  /// Drafts the stages.
  ///
  /// - Parameters:
  ///   - cases: The cases that the load stage loads.
  ///   - classes: The values of each class.
  ///   - resamples: Whether the load stage resamples to the median spacing.
  /// - Throws: `Problem`.
  init(_ cases: [AuditedCase], groups: AuditedGroups, classes: [[LabelValue]], resamples: Bool) throws {
    let grids = cases.compactMap(\.image?.header.grid)
    guard cases.contains(where: { $0.label != nil }) else { throw Problem.noLabels }
    guard groups.count > 1 else { throw Problem.tooFewGroups(groups.count) }
    guard Set(grids.map(\.unit)).count == 1 else { throw Problem.mixedUnits }
    let fractions = groups.count > 2 ? (0.7, 0.15, 0.15) : (0.5, 0.0, 0.5)
    seed = try Self.seed(cases, groups, classes, fractions)
    let window = SliceWindow(grids, resamples: resamples)
    let note = groups.count > 2 ? "" : "        # two cases or patients: none is left for validation"
    let plane = window.axis.map { ", slice_axis: \($0.plane)" } ?? ""
    let network = "kind: unet, dimensions: 2, base_channels: 16, depth: \(window.depth), norm: instance" + plane
    var lines = [
      "- split: {train: \(fractions.0), validation: \(fractions.1), test: \(fractions.2)}" + note,
      "- augment: {preset: standard}",
      "- train:",
      "    network: {\(network)}",
      "    optimiser: {kind: adam, learning_rate: 1.0e-3}",
      "    patch: [\(window.extent.height), \(window.extent.width)]        # \(window.reason)",
    ]
    if let samples = window.samples(share: fractions.0) { lines.append("    samples_per_epoch: \(samples)") }
    lines += [
      "    batch: \(window.batch)",
      "    epochs: 30",
      "- predict: {part: test}",
      "- evaluate: {}",
      "- overlay: {cases: worst 5\(plane)}",
    ]
    self.lines = lines
  }

  /// The first seed with which every class is in the training part.
  private static func seed(
    _ cases: [AuditedCase], _ groups: AuditedGroups, _ classes: [[LabelValue]], _ shares: (Double, Double, Double)
  ) throws -> UInt64 {
    let values = Dictionary(
      cases.map { ($0.id, Set($0.label?.voxels.keys.map(\.self) ?? [])) }, uniquingKeysWith: { first, _ in first })
    func missing(_ ids: some Sequence<String>) -> [LabelValue]? {
      let seen = ids.reduce(into: Set<LabelValue>()) { $0.formUnion(values[$1] ?? []) }
      return classes.first { seen.isDisjoint(with: $0) }
    }
    if let values = missing(cases.map(\.id)) { throw Problem.missingClass(values) }
    let fractions = try Split.Fractions(train: shares.0, validation: shares.1, test: shares.2)
    for seed in UInt64(1)...200 {
      // A load stage hands its cases to the stage of this name.
      let split = try Split.drawn(from: groups.cases, fractions: fractions, seed: seed, stage: "split")
      if missing(split.train) == nil { return seed }
    }
    throw Problem.noSplit
  }
}

/// The slices and the window that suit the images.
private struct SliceWindow {
  /// The axis across the slices; nil where all images are planes, or have no physical size.
  let axis: BodyAxis?
  /// The number of downsamplings.
  let depth: Int
  /// The window, multiples of 2^depth.
  let extent: Extent
  /// The size of the largest slice.
  private let largest: Extent
  /// The number of windows that cover all slices of all images.
  private let windows: Int

  /// The longest side of a window.
  private static let longest = 256
  /// Slices up to this side are not cut.
  private static let uncut = 320
  /// The most samples of an epoch, and the least batches.
  private static let (mostSamples, leastBatches) = (2000, 50)

  init(_ grids: [Grid], resamples: Bool) {
    let median = CommonSpacing.median(of: grids)
    let spacing = CommonSpacing(spacingMM: median, interpolation: .cubic)
    let prepared = resamples ? grids.map { (try? spacing.grid(covering: $0)) ?? $0 } : grids
    let across = Self.axis(prepared, median)
    let preparation = Preparation(normalisation: .none, spacing: nil, sliceAxis: across ?? .superior)
    let planes = prepared.map { $0.reoriented(by: preparation.reorientation(of: $0)).size }
    let largest = Extent(height: planes.map(\.height).max() ?? 1, width: planes.map(\.width).max() ?? 1)
    // The lowest resolution keeps 4 pixels along the shorter side.
    let halvings = (1...4).last { min(largest.height, largest.width) >> $0 >= 4 } ?? 1
    let multiple = 1 << halvings
    func side(_ size: Int) -> Int {
      size > Self.uncut ? Self.longest : (size + multiple - 1) / multiple * multiple
    }
    let extent = Extent(height: side(largest.height), width: side(largest.width))
    windows = planes.reduce(0) { sum, size in
      func count(_ size: Int, _ window: Int) -> Int { (size + window - 1) / window }
      return sum + size.depth * count(size.height, extent.height) * count(size.width, extent.width)
    }
    self.extent = extent
    (axis, self.largest, depth) = (across, largest, halvings)
  }

  /// The axis along which the voxels are clearly the longest; otherwise the usual one, from which axial slices result.
  private static func axis(_ grids: [Grid], _ median: SIMD3<Double>) -> BodyAxis? {
    guard grids.contains(where: { $0.size.depth > 1 }), grids.allSatisfy({ $0.unit == .millimetres }) else {
      return nil
    }
    let sorted = BodyAxis.allCases.sorted { median[$0.worldAxis] > median[$1.worldAxis] }
    return median[sorted[0].worldAxis] > 1.25 * median[sorted[1].worldAxis] ? sorted[0] : .superior
  }

  private var isCut: Bool { extent.height < largest.height || extent.width < largest.width }

  /// What the window is, as a comment.
  var reason: String {
    isCut
      ? "height, width: windows of slices of up to \(largest.height) x \(largest.width) pixels"
      : "height, width: holds the largest slice (\(largest.height) x \(largest.width)), multiples of \(1 << depth)"
  }

  /// The number of windows in an epoch; nil for the automatic number. `share` is that of the training.
  func samples(share: Double) -> Int? {
    let samples = max(1, Int(Double(windows) * share))
    guard isCut || samples > Self.mostSamples else { return nil }
    return max(Self.leastBatches * batch, min(samples, Self.mostSamples))
  }

  /// Images in a batch, a power of two: about 2^18 pixels, at most 32 images.
  var batch: Int {
    let most = (1 << 18) / max(1, extent.height * extent.width)
    return [32, 16, 8, 4].first { $0 <= most } ?? 2
  }
}
