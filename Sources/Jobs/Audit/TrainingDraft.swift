import Datasets
import Networks
import Volumes

/// The stages after `load` of a pipeline for an audited data set: a small U-Net with values that suit the data, in 3-D for
/// volumes, else in 2-D.
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
    let prepared = Self.prepared(grids, resamples: resamples)
    let training =
      VolumeDraft(prepared)?.lines ?? SliceDraft(prepared, trainingShare: fractions.0).lines
    let note = groups.count > 2 ? "" : "        # two cases or patients: none is left for validation"
    let plane = Self.axis(across: prepared).map { ", planes: \($0.plane)" } ?? ""
    lines =
      [
        "- split: {train: \(fractions.0), validation: \(fractions.1), test: \(fractions.2)}" + note,
        "- augment: {preset: standard}",
        "- train:",
      ] + training.map { "    " + $0 } + [
        "- predict: {part: test}",
        "- evaluate: {}",
        "- overlay: {cases: worst 5\(plane)}",
      ]
  }

  private static func prepared(_ grids: [Grid], resamples: Bool) -> [Grid] {
    guard resamples else { return grids }
    let spacing = CommonSpacing(spacingMM: CommonSpacing.median(of: grids), interpolation: .cubic)
    return grids.map { (try? spacing.grid(covering: $0)) ?? $0 }
  }

  /// The axis across the slices; nil where all images are planes, or have no physical size.
  static func axis(across grids: [Grid]) -> BodyAxis? {
    guard grids.contains(where: { $0.size.depth > 1 }), grids.allSatisfy({ $0.unit == .millimetres }) else {
      return nil
    }
    return VolumeRules.axis(across: grids)
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
