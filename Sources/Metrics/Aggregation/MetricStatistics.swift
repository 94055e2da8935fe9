/// What a metric came to over the cases: of one class, or of the foreground.
///
/// There are two means. The present mean is over the cases in which both masks have the class. The penalised mean also
/// has the misses and false alarms, with the metric's worst value. Cases in which neither mask has the class are in
/// neither mean.
public struct MetricStatistics: Sendable, Equatable {
  /// The number of cases in the present mean; of the foreground, in the class that has most.
  public var presentCount = 0
  /// The number of cases in the penalised mean; of the foreground, in the class that has most.
  public var count = 0
  /// The mean over cases in which both masks have the class; nil where there is none.
  public var presentMean: Double?
  /// Its bootstrap interval; nil where there are fewer than two groups.
  public var presentInterval: ClosedRange<Double>?
  /// The mean that counts misses and false alarms with the worst value.
  public var penalisedMean: Double?
  /// Its bootstrap interval.
  public var penalisedInterval: ClosedRange<Double>?
  /// The sample standard deviation of the penalised values; nil for the foreground, and for fewer than two cases.
  public var standardDeviation: Double?
  /// The median of the penalised values; nil for the foreground.
  public var median: Double?
  /// Their 5th percentile; nil for the foreground.
  public var percentile5: Double?
  /// Their 95th percentile; nil for the foreground.
  public var percentile95: Double?
}

/// The statistics of every metric, for each class and for the foreground.
public struct EvaluationStatistics: Sendable {
  /// Those of the mean over the classes, by metric.
  public let foreground: [String: MetricStatistics]
  /// Those of each foreground class, from class 1 on, by metric.
  public let classes: [[String: MetricStatistics]]

  /// Computes the statistics of an evaluation.
  ///
  /// Throws: `MachineError.notEnoughMemory`.
  public init(_ evaluation: Evaluation, resamples: Int = 10_000, seed: UInt64 = 1) throws {
    let names = evaluation.groupNames
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let groups = evaluation.cases.map { numbers[$0.group] ?? 0 }
    let bootstrap = try Bootstrap(groupCount: names.count, resamples: names.count > 1 ? resamples : 1, seed: seed)
    var foreground: [String: MetricStatistics] = [:]
    var classes = [[String: MetricStatistics]](repeating: [:], count: evaluation.classes.count)
    for metric in evaluation.metricNames {
      let columns = evaluation.classes.indices.map { MetricColumn(evaluation, metric, class: $0) }
      // Where a single group has values, there is nothing to resample.
      func means(_ values: [Double?]) -> [Double] {
        let sums = GroupSums(values, groups: groups, groupCount: names.count)
        return sums.filledGroups > 1 ? bootstrap.means(of: sums) : []
      }
      let resampled = columns.map { column in
        // Without misses and false alarms the two are the same.
        let present = means(column.present)
        return [present, column.penalised == column.present ? present : means(column.penalised)]
      }
      for (index, column) in columns.enumerated() {
        var statistics = column.statistics
        statistics.presentInterval = bootstrap.interval(of: resampled[index][0])
        statistics.penalisedInterval = bootstrap.interval(of: resampled[index][1])
        classes[index][metric] = statistics
      }
      var statistics = MetricStatistics()
      let measured = classes.compactMap { $0[metric] }
      statistics.presentCount = measured.map(\.presentCount).max() ?? 0
      statistics.count = measured.map(\.count).max() ?? 0
      statistics.presentMean = Self.mean(measured.compactMap(\.presentMean))
      statistics.penalisedMean = Self.mean(measured.compactMap(\.penalisedMean))
      statistics.presentInterval = bootstrap.interval(of: Self.means(resampled.map { $0[0] }))
      statistics.penalisedInterval = bootstrap.interval(of: Self.means(resampled.map { $0[1] }))
      foreground[metric] = statistics
    }
    (self.foreground, self.classes) = (foreground, classes)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The mean over the classes in each resample; those without a value there do not count.
  private static func means(_ classes: [[Double]]) -> [Double] {
    let known = classes.filter { !$0.isEmpty }
    guard let first = known.first else { return [] }
    return first.indices.map { resample in mean(known.map { $0[resample] }.filter(\.isFinite)) ?? .nan }
  }
}

/// The values of one metric of one class over the cases; nil is none.
private struct MetricColumn {
  let present: [Double?]
  let penalised: [Double?]

  init(_ evaluation: Evaluation, _ metric: String, class index: Int) {
    let results = evaluation.cases.map { $0.classes[index] }
    let measurements = results.map { result in result.measurements.first { $0.metric == metric } }
    present = zip(results, measurements).map { $0.status == .ok ? $1?.value.number : nil }
    penalised = measurements.map { $0?.penalised.number }
  }

  var statistics: MetricStatistics {
    var statistics = MetricStatistics()
    let present = present.compactMap { $0 }
    let values = penalised.compactMap { $0 }.sorted()
    (statistics.presentCount, statistics.count) = (present.count, values.count)
    if !present.isEmpty { statistics.presentMean = present.reduce(0, +) / Double(present.count) }
    guard !values.isEmpty else { return statistics }
    // In the order of the cases, as every mean.
    let mean = penalised.reduce(0) { $0 + ($1 ?? 0) } / Double(values.count)
    statistics.penalisedMean = mean
    statistics.median = Quantile.percentile(50, ofSorted: values)
    statistics.percentile5 = Quantile.percentile(5, ofSorted: values)
    statistics.percentile95 = Quantile.percentile(95, ofSorted: values)
    if values.count > 1 {
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      statistics.standardDeviation = (squares / Double(values.count - 1)).squareRoot()
    }
    return statistics
  }
}
