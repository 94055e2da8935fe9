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
