/// Two evaluations of the same cases, compared case by case.
public struct PairedComparison: Sendable {
  /// One metric of one class.
  public struct Row: Sendable {
    /// The class's value in files.
    public let label: String
    /// The class's name; empty where no file names it.
    public let className: String
    /// The metric's name.
    public let metric: String
    /// The number of cases with a value in both.
    public let pairs: Int
    /// The mean over these cases in the first evaluation.
    public let firstMean: Double
    /// The mean in the second one.
    public let secondMean: Double
    /// The mean of second minus first.
    public let difference: Double
    /// Its bootstrap interval over the groups; nil for fewer than two groups.
    public let interval: ClosedRange<Double>?
    /// Wilcoxon's signed-rank test over the groups' mean differences.
    public let probability: Double
    /// The same, corrected by Holm's procedure over all rows.
    public internal(set) var correctedProbability: Double
    /// The number of cases with equal values.
    public var equal: Int { pairs - better - worse }
    /// The number of cases in which the second is better.
    public let better: Int
    /// The number of cases in which the second is worse.
    public let worse: Int
  }

  /// A value of one case in both evaluations.
  public struct Pair: Sendable {
    /// The case's name.
    public let name: String
    /// The class's value in files.
    public let label: String
    /// The metric's name.
    public let metric: String
    /// The value in the first evaluation.
    public let first: Double
    /// The value in the second one.
    public let second: Double
    /// Whether the second is better; nil where they are equal.
    public let isBetter: Bool?
  }

  /// A line for each class and metric.
  public let rows: [Row]
  /// Every pair of values, in the order of the rows, then of the cases.
  public let pairs: [Pair]
  /// The number of cases in both.
  public let caseCount: Int
  /// The number of their groups.
  public let groupCount: Int
  /// The labels that only one of the evaluations has.
  public let unmatchedLabels: [String]
  /// The names of the cases that are only in the first.
  public let onlyFirst: [String]
  /// The names of the cases that are only in the second.
  public let onlySecond: [String]

  /// The metrics that are compared where nothing is asked for. Each further one makes the correction stricter.
  public static let usualMetrics = ["Dice", "NSD", "HD95_mm", "HD95_px"]

  /// Compares two evaluations.
  ///
  /// - Parameters:
  ///   - metrics: The metrics; those that are in neither evaluation are left out.
  ///   - onlyPresent: Whether only cases count in which all four masks have the class; else misses and false alarms have
  ///     the worst value.
  ///
  /// Throws: `MetricsError.notComparable` for a metric of which no value is the better one, `.tolerancesDiffer`;
  /// `MachineError.notEnoughMemory`.
  public init(
    _ first: SummaryScores, _ second: SummaryScores, metrics: [Metric], onlyPresent: Bool = false,
    resamples: Int = 10_000,
    seed: UInt64 = 1
  ) throws {
    try Self.check(metrics, first, second)
    let others = Dictionary(second.cases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let common = first.cases.compactMap { item in others[item.name].map { (first: item, second: $0) } }
    let names = Set(common.map(\.first.name))
    onlyFirst = first.cases.map(\.name).filter { !names.contains($0) }
    onlySecond = second.cases.map(\.name).filter { !names.contains($0) }
    // Where only one evaluation knows groups, its groups count.
    let knows = common.contains { $0.first.group != $0.first.name }
    func group(_ item: (first: SummaryScores.Case, second: SummaryScores.Case)) -> String {
      knows ? item.first.group : item.second.group
    }
    let groups = Set(common.map(group)).sorted()
    (caseCount, groupCount) = (common.count, groups.count)
    let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    let numbers = Dictionary(
      common.map { ($0.first.name, places[group($0)] ?? 0) }, uniquingKeysWith: { first, _ in first })
    let bootstrap = try Bootstrap(groupCount: groups.count, resamples: resamples, seed: seed)
    func labels(_ cases: [SummaryScores.Case]) -> Set<String> {
      cases.reduce(into: []) { $0.formUnion($1.values.keys) }
    }
    unmatchedLabels = labels(common.map(\.first)).symmetricDifference(labels(common.map(\.second))).sorted()
    // A class without a name is called by its label.
    let classNames = second.classNames.merging(first.classNames.filter { $0.key != $0.value }) { _, first in first }
    let drafts = Self.labels(of: common.map(\.first)).flatMap { label in
      Self.names(of: metrics).compactMap { metric, name in
        Draft(
          label: label, className: classNames[label] ?? "", metric: metric, name: name, common, numbers,
          source: onlyPresent ? \.present : \.values)
      }
    }
    let probabilities = drafts.map { SignedRankTest($0.groupDifferences(groupCount: groups.count)).probability }
    let corrected = SignedRankTest.holm(probabilities)
    rows = drafts.indices.map { index in
      drafts[index].row(probability: probabilities[index], corrected: corrected[index], bootstrap)
    }
    pairs = drafts.flatMap(\.pairs)
  }

  private static func check(
    _ metrics: [Metric], _ first: SummaryScores, _ second: SummaryScores
  ) throws(MetricsError) {
    if let metric = metrics.first(where: { $0.preference == .neither }) { throw .notComparable(metric.baseName) }
    let tolerant = metrics.first { [Metric.surfaceDice.baseName, Metric.boundaryIoU.baseName].contains($0.baseName) }
    if let tolerant, let a = first.tolerance, let b = second.tolerance, a != b {
      throw .tolerancesDiffer(metric: tolerant.baseName, a, b)
    }
  }

  /// The labels of cases: numbers by size, then others.
  private static func labels(of cases: [SummaryScores.Case]) -> [String] {
    let labels: Set<String> = cases.reduce(into: []) { $0.formUnion($1.values.keys) }
    func isBefore(_ first: String, _ second: String) -> Bool {
      let (a, b) = (Int(first) ?? Int.max, Int(second) ?? Int.max)
      return a == b ? first < second : a < b
    }
    return labels.sorted(by: isBefore)
  }

  /// The metrics of which a value can be better, with their names in reports of both units.
  private static func names(of metrics: [Metric]) -> [(Metric, String)] {
    metrics.filter { $0.preference != .neither }.flatMap { metric in
      Set([metric.name, metric.name(in: .pixels)]).sorted().map { (metric, $0) }
    }
  }
}

/// One metric of one class before the correction for several tests.
private struct Draft {
  let label: String
  let className: String
  let metric: String
  let isHigherBetter: Bool
  let values: [(name: String, group: Int, first: Double, second: Double)]

  /// The values of the cases that both evaluations have; nil where there are none.
  init?(
    label: String, className: String, metric: Metric, name: String,
    _ cases: [(first: SummaryScores.Case, second: SummaryScores.Case)], _ groups: [String: Int],
    source: KeyPath<SummaryScores.Case, [String: [String: Double]]>
  ) {
    (self.label, self.className, self.metric) = (label, className, name)
    isHigherBetter = metric.preference == .higher
    values = cases.compactMap { item in
      func value(_ item: SummaryScores.Case, other: SummaryScores.Case) -> Double? {
        if let value = item[keyPath: source][label]?[name] { return value }
        // Beside a false alarm, nothing where nothing is counts as right.
        guard source == \SummaryScores.Case.values, item.emptyLabels.contains(label), !other.emptyLabels.contains(label)
        else { return nil }
        return metric.valueOfEmpty
      }
      guard let first = value(item.first, other: item.second), let second = value(item.second, other: item.first) else {
        return nil
      }
      return (item.first.name, groups[item.first.name] ?? 0, first, second)
    }
    if values.isEmpty { return nil }
  }

  /// The differences of the values, summed by group.
  private func differences(groupCount: Int) -> GroupSums {
    let differences: [Double?] = values.map { $0.second - $0.first }
    return GroupSums(differences, groups: values.map(\.group), groupCount: groupCount)
  }

  /// The mean difference of each group that has one, in the order of the groups.
  func groupDifferences(groupCount: Int) -> [Double] {
    let sums = differences(groupCount: groupCount)
    return zip(sums.sums, sums.counts).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
  }

  var pairs: [PairedComparison.Pair] {
    values.map { item in
      PairedComparison.Pair(
        name: item.name, label: label, metric: metric, first: item.first, second: item.second,
        isBetter: item.first == item.second ? nil : (item.second > item.first) == isHigherBetter)
    }
  }

  func row(probability: Double, corrected: Double, _ bootstrap: Bootstrap) -> PairedComparison.Row {
    let count = Double(values.count)
    let sums = differences(groupCount: bootstrap.groupCount)
    let interval = sums.filledGroups > 1 ? bootstrap.interval(of: bootstrap.means(of: sums)) : nil
    let pairs = pairs
    return PairedComparison.Row(
      label: label, className: className, metric: metric, pairs: values.count,
      firstMean: values.reduce(0) { $0 + $1.first } / count, secondMean: values.reduce(0) { $0 + $1.second } / count,
      difference: values.reduce(0) { $0 + ($1.second - $1.first) } / count, interval: interval,
      probability: probability, correctedProbability: corrected, better: pairs.count { $0.isBetter == true },
      worse: pairs.count { $0.isBetter == false })
  }
}
