import Volumes

/// The metrics of one case: its prediction against its reference, each foreground class alone.
public struct CaseResult: Sendable {
  /// The case's name.
  public let name: String
  /// The group of cases that are not independent of each other: the patient. By default the case's name.
  public var group: String
  /// What else is known of the case, such as its site, by the name of a table's column.
  public var attributes: [String: String] = [:]
  /// The predicted file, as reports name it: relative, so that equal runs have equal reports.
  public let predictionFile: String
  /// The reference's file, as reports name it.
  public let referenceFile: String
  /// The foreground classes' results, from class 1 on.
  public let classes: [ClassResult]
  /// How many voxels of each class were predicted as each class.
  public let confusion: ConfusionMatrix
  /// The probabilities of each foreground class, from class 1 on; nil where no metric asked for them.
  public let tallies: [ProbabilityTally?]
  /// The scores of each foreground class as a membrane at several thresholds; empty where no metric asked for them.
  public let membraneCurves: [[MembraneThreshold]]

  /// Measures a case.
  ///
  /// - Parameters:
  ///   - name: The case's name.
  ///   - predictionFile: The predicted file, as reports shall name it.
  ///   - referenceFile: The reference's file, as reports shall name it.
  ///   - prediction: The label map to be judged.
  ///   - reference: The label map held to be true; its ignored voxels are left out.
  ///   - probabilities: What the prediction was chosen by; nil where it is not known.
  ///   - classCount: The number of classes, background (class 0, which is not scored) included.
  ///   - metrics: What to measure.
  ///   - settings: The parameters of metrics.
  ///
  /// Throws: `MetricsError.sizesDiffer`, `.unknownLabel`; `MachineError.notEnoughMemory`.
  public init(
    name: String, predictionFile: String, referenceFile: String, prediction: LabelMap, reference: LabelMap,
    probabilities: ClassProbabilities? = nil, classCount: Int, metrics: [Metric] = Metric.usual,
    settings: MetricSettings = MetricSettings()
  ) throws {
    let (matrix, pairs) = try ConfusionMatrix.counted(
      prediction: prediction, reference: reference, classCount: classCount)
    self.name = name
    group = name
    self.predictionFile = predictionFile
    self.referenceFile = referenceFile
    confusion = matrix
    let comparisons = (1..<max(1, classCount)).map { index in
      ClassComparison(
        index: index, counts: matrix.counts(of: index), places: pairs.places(of: index),
        hasIgnored: matrix.ignored > 0, prediction: prediction, reference: reference, probabilities: probabilities,
        settings: settings)
    }
    classes = try comparisons.map { comparison in
      ClassResult(
        status: comparison.counts.status, measurements: try metrics.map { try Measurement($0, of: comparison) })
    }
    tallies = comparisons.map(\.knownTally)
    membraneCurves = comparisons.map(\.knownMembraneCurve)
  }
}

/// The metrics of one class of one case.
public struct ClassResult: Hashable, Sendable {
  /// Which of the two masks is empty, if any.
  public let status: OverlapStatus
  /// The values, in the order in which the metrics were given.
  public let measurements: [Measurement]

  /// The value of a metric; undefined where it was not measured.
  public subscript(metric: Metric) -> MetricValue {
    measurements.first { $0.metric == metric.name || $0.metric == metric.name(in: .pixels) }?.value ?? .undefined
  }
}

/// A metric's value.
public struct Measurement: Hashable, Sendable {
  /// The metric's name.
  public let metric: String
  /// What it came to.
  public let value: MetricValue
  /// What counts in means that penalise: the metric's worst value where a structure was missed or is a false alarm;
  /// undefined where neither mask has the class, but for counts.
  public let penalised: MetricValue

  fileprivate init(_ metric: Metric, of comparison: ClassComparison) throws {
    let grid = comparison.reference.grid
    let status = comparison.counts.status
    self.metric = metric.name(in: grid.unit)
    value = try metric.evaluate(comparison)
    penalised =
      switch metric.penalty.worst(status) {
      case .value(let worst): .real(worst)
      case .diagonal: MetricValue(grid.diagonal)
      case nil: status == .bothEmpty && !metric.countsEmptyCases ? .undefined : value
      }
  }
}

extension Grid {
  /// The largest distance between two corners of the grid's voxels; a grid of one plane has no depth.
  fileprivate var diagonal: Double {
    let extent = SIMD3((0..<3).map { size[$0] == 1 ? 0 : Double(size[$0]) })
    return [SIMD3(1, 1, 1), SIMD3(-1, 1, 1), SIMD3(1, -1, 1), SIMD3(1, 1, -1)].map { signs in
      let step = affine.linear(extent * signs)
      return (step * step).sum().squareRoot()
    }.max() ?? 0
  }
}
