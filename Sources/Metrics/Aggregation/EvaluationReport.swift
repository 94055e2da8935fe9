/// An evaluation with everything that its reports have: statistics over all cases, and over parts of them.
public struct EvaluationReport: Sendable {
  /// The statistics of the cases that have one value in a column of a table, such as of one site.
  public struct Part: Sendable {
    /// The name of the column.
    public let column: String
    /// The value.
    public let value: String
    /// The cases.
    public let evaluation: Evaluation
    /// Their statistics.
    public let statistics: EvaluationStatistics
  }

  /// How the report is made.
  public struct Choices: Sendable {
    /// The parameters of metrics.
    public var settings: MetricSettings
    /// The columns by whose values the cases are also reported apart.
    public var columns: [String]
    /// The number of bootstrap resamples.
    public var resamples: Int
    /// The seed of the bootstrap.
    public var seed: UInt64

    /// The usual choices: 10,000 resamples, seed 1.
    public init(
      settings: MetricSettings = MetricSettings(), columns: [String] = [], resamples: Int = 10_000, seed: UInt64 = 1
    ) {
      (self.settings, self.columns, self.resamples, self.seed) = (settings, columns, resamples, seed)
    }
  }

  /// The cases and classes.
  public let evaluation: Evaluation
  /// The statistics of all cases.
  public let statistics: EvaluationStatistics
  /// Those of parts, in the order of the columns, then of the values.
  public let parts: [Part]
  /// How the report was made.
  public let choices: Choices

  /// Computes the statistics.
  ///
  /// Throws: `MachineError.notEnoughMemory`.
  public init(_ evaluation: Evaluation, _ choices: Choices = Choices()) throws {
    func statistics(_ evaluation: Evaluation) throws -> EvaluationStatistics {
      try EvaluationStatistics(evaluation, resamples: choices.resamples, seed: choices.seed)
    }
    (self.evaluation, self.choices) = (evaluation, choices)
    self.statistics = try statistics(evaluation)
    parts = try choices.columns.flatMap { column in
      try Set(evaluation.cases.compactMap { $0.attributes[column] }).sorted().map { value in
        let part = evaluation.part { $0.attributes[column] == value }
        return Part(column: column, value: value, evaluation: part, statistics: try statistics(part))
      }
    }
  }

  /// The probabilities of each foreground class over all cases; nil where none were measured.
  public var tallies: [ProbabilityTally?] {
    evaluation.classes.indices.map { index in
      let known = evaluation.cases.compactMap { $0.tallies[index] }
      return known.isEmpty ? nil : known.dropFirst().reduce(known[0], +)
    }
  }

  /// The threshold at which the mean V^Rand over the cases is largest, by the index of the class; the lowest of equals.
  public var membraneThresholds: [Int: MembraneChoice] {
    var choices: [Int: MembraneChoice] = [:]
    for index in evaluation.classes.indices {
      let curves = evaluation.cases.map { $0.membraneCurves[index] }.filter { !$0.isEmpty }
      guard let thresholds = curves.first?.map(\.threshold) else { continue }
      let means = thresholds.indices.map { place in
        curves.reduce(0) { $0 + $1[place].scores.rand } / Double(curves.count)
      }
      guard let best = means.indices.filter({ means[$0].isFinite }).max(by: { means[$0] < means[$1] }) else { continue }
      choices[index + 1] = MembraneChoice(threshold: thresholds[best], meanRand: means[best])
    }
    return choices
  }

  /// Whether several cases belong to one group.
  public var hasGroups: Bool { evaluation.cases.contains { $0.group != $0.name } }

  /// Why some values are missing though the masks have the class, by metric.
  public var reasons: [String: MetricValue.Reason] {
    var reasons: [String: MetricValue.Reason] = [:]
    for result in evaluation.cases {
      for measurement in result.classes.flatMap(\.measurements) {
        if case .unavailable(let reason) = measurement.value { reasons[measurement.metric] = reason }
      }
    }
    return reasons
  }
}

/// A threshold of the probability of no membrane, chosen on cases.
public struct MembraneChoice: Sendable {
  /// The threshold, in 0...1.
  public let threshold: Double
  /// The mean V^Rand of the cases at this threshold.
  public let meanRand: Double
}
