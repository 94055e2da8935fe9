/// The metrics of many cases, and their means: over cases for each class, then over classes.
public struct Evaluation: Sendable {
  /// The foreground classes, from class 1 on.
  public let classes: [ScoredClass]
  /// The cases, in the order of reports.
  public let cases: [CaseResult]

  /// Gathers cases.
  ///
  /// - Parameters:
  ///   - classes: The foreground classes, from class 1 on; each has a file value of its own.
  ///   - cases: The cases, each measured for these classes by the same metrics.
  public init(classes: [ScoredClass], cases: [CaseResult]) {
    precondition(Set(classes.map(\.fileValue)).count == classes.count, "the file values of the classes differ")
    precondition(cases.allSatisfy { $0.classes.count == classes.count }, "each case is measured for every class")
    self.classes = classes
    self.cases = cases
  }

  /// The mean over cases of a class's metric, over the cases in which it is defined; nil where there are none.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - index: The index of the class; at least 1.
  public func mean(of metric: Metric, class index: Int) -> Double? { mean(of: metric.name, classIndex: index) }

  /// The mean over the foreground classes of their means over cases; nil where no class has one.
  public func foregroundMean(of metric: Metric) -> Double? { foregroundMean(of: metric.name) }

  /// How many cases of a class have each status; `index` is at least 1.
  public func caseCount(_ status: OverlapStatus, class index: Int) -> Int {
    cases.count { $0.classes[index - 1].status == status }
  }

  /// The names of the metrics that were measured, in their order.
  public var metricNames: [String] {
    var known = Set<String>()
    return cases.flatMap { $0.classes.first?.measurements.map(\.metric) ?? [] }.filter { known.insert($0).inserted }
  }

  /// The names of the groups of the cases, sorted.
  public var groupNames: [String] { Set(cases.map(\.group)).sorted() }

  /// How many voxels of each class were predicted as each class, over all cases; nil where there is no case.
  public var confusion: ConfusionMatrix? {
    guard let first = cases.first else { return nil }
    return cases.dropFirst().reduce(first.confusion) { $0 + $1.confusion }
  }

  /// The evaluation of some of the cases.
  public func part(_ isIncluded: (CaseResult) -> Bool) -> Evaluation {
    Evaluation(classes: classes, cases: cases.filter(isIncluded))
  }

  func mean(of metric: String, classIndex: Int) -> Double? {
    Self.mean(
      cases.compactMap { result in
        result.classes[classIndex - 1].measurements.first { $0.metric == metric }?.value.number
      })
  }

  func foregroundMean(of metric: String) -> Double? {
    Self.mean((0..<classes.count).compactMap { mean(of: metric, classIndex: $0 + 1) })
  }

  private static func mean(_ numbers: [Double]) -> Double? {
    numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
  }
}
