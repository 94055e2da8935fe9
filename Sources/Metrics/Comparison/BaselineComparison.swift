/// Several methods compared with one of them, case by case; each method may have several evaluations (seeds, training sets),
/// over which the values of a case are averaged.
public struct BaselineComparison: Sendable {
  /// A method: its name and its evaluations.
  public struct Method: Sendable {
    /// The name.
    public let name: String
    /// The evaluations; at least one.
    public let evaluations: [SummaryScores]

    /// Makes a method.
    public init(name: String, evaluations: [SummaryScores]) { (self.name, self.evaluations) = (name, evaluations) }
  }

  /// A metric of a class of a method.
  public struct Row: Sendable {
    /// The method's name.
    public let method: String
    /// The class's value in files, or `foreground`.
    public let label: String
    /// The class's name; empty where no file names it.
    public let className: String
    /// The metric's name.
    public let metric: String
    /// The spread over the method's evaluations.
    public let spread: FoldSpread
    /// The comparison with the baseline; nil for the baseline itself.
    public let difference: PairedComparison.Row?
  }

  /// The name of the method that the others are compared with.
  public let baseline: String
  /// The number of cases that are not in all evaluations; they do not count.
  public let leftOutCases: Int
  /// The rows, by class and metric, then by method; the baseline first.
  public let rows: [Row]

  /// Compares methods; probabilities are corrected over all comparisons together.
  ///
  /// - Parameters:
  ///   - baseline: The index of the method that the others are compared with.
  ///   - metrics: The metrics; those that no evaluation has are left out.
  ///   - onlyPresent: Whether only cases count in which all masks have the class.
  /// Throws: `MetricsError.notComparable`, `.tolerancesDiffer`; `MachineError.notEnoughMemory`.
  public init(
    _ methods: [Method], baseline: Int = 0, metrics: [Metric], onlyPresent: Bool = false, seed: UInt64 = 1
  ) throws {
    let sets = methods.flatMap(\.evaluations).map { Set($0.cases.map(\.name)) }
    let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
    leftOutCases = sets.reduce(into: Set<String>()) { $0.formUnion($1) }.count - common.count
    let methods = methods.map { method in
      Method(name: method.name, evaluations: method.evaluations.map { $0.limited(to: common) })
    }
    let means = methods.map { SummaryScores(meanOf: $0.evaluations) }
    var comparisons: [(method: Int, rows: [PairedComparison.Row])] = []
    for index in methods.indices where index != baseline {
      let comparison = try PairedComparison(
        means[baseline], means[index], metrics: metrics, onlyPresent: onlyPresent, seed: seed)
      comparisons.append((index, comparison.rows))
    }
    let corrected = SignedRankTest.holm(comparisons.flatMap { $0.rows.map(\.probability) })
    var place = 0
    for index in comparisons.indices {
      for row in comparisons[index].rows.indices {
        comparisons[index].rows[row].correctedProbability = corrected[place]
        place += 1
      }
    }
    self.baseline = methods[baseline].name
    let kinds = (comparisons.first?.rows ?? []).map { ($0.label, $0.className, $0.metric) }
    let order = [baseline] + methods.indices.filter { $0 != baseline }
    rows = kinds.flatMap { label, className, metric in
      order.compactMap { index -> Row? in
        let values = methods[index].evaluations.compactMap {
          SummaryScores(meanOf: [$0]).mean(of: metric, label: label)
        }
        guard let spread = FoldSpread(values) else { return nil }
        let difference = comparisons.first { $0.method == index }?.rows.first {
          $0.label == label && $0.metric == metric
        }
        return Row(
          method: methods[index].name, label: label, className: className, metric: metric, spread: spread,
          difference: difference)
      }
    }
  }
}
