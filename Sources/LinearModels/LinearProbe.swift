import CLinearAlgebra

/// A linear model of frozen features: logistic regression for classes, ridge regression for numbers, its strength of
/// regularisation chosen by cross-validation.
///
/// Features are standardised by the rows of each fit. In double precision and on one thread; the last bits may depend on the
/// processor, for which OpenBLAS chooses its kernels.
/// Source: Alain and Bengio, "Understanding Intermediate Layers Using Linear Classifier Probes", ICLR workshop 2017.
public struct LinearProbe: Equatable, Sendable {
  /// What is predicted.
  public enum Targets: Equatable, Sendable {
    /// The index of each row's class among so many.
    case classes([Int], count: Int)
    /// A number for each row.
    case numbers([Double])

    /// The number of rows.
    var count: Int {
      switch self {
      case .classes(let indices, _): indices.count
      case .numbers(let numbers): numbers.count
      }
    }

    fileprivate func selecting(_ rows: [Int]) -> Targets {
      switch self {
      case .classes(let indices, let count): .classes(rows.map { indices[$0] }, count: count)
      case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
      }
    }
  }

  /// What cross-validation says of a strength.
  public struct Trial: Equatable, Sendable, Codable {
    /// The factor of the squared weights, beside a mean over rows.
    public let strength: Double
    /// The mean over all held-out rows: cross-entropy, or squared error.
    public let loss: Double
  }

  /// Each strength that was tried, the strongest first.
  public let trials: [Trial]
  /// The strength with the least loss; of equal ones the strongest.
  public let strength: Double
  /// Of the features as they are: a number, or what the softmax turns into the classes' probabilities.
  public let function: LinearFunction
  private let areClasses: Bool

  /// 1e4 to 1e-4 in half powers of ten.
  public static let strengths: [Double] = (0...16).map { power in
    let whole: [Double] = [1e4, 1e3, 1e2, 1e1, 1, 1e-1, 1e-2, 1e-3, 1e-4]
    return power % 2 == 0 ? whole[power / 2] : whole[power / 2] / 10.0.squareRoot()
  }

  /// Fits a probe to all rows, with the strength that predicts held-out rows best.
  ///
  /// - Parameters:
  ///   - features: A row for each scan.
  ///   - targets: As many.
  ///   - folds: The fold in which each row is held out; at least two differ. Rows of one patient belong into one.
  ///   - check: Called before each fit; what it throws ends the work.
  /// - Throws: `LinearModelError`, and what `check` throws.
  public init(
    _ features: FeatureMatrix, targets: Targets, folds: [Int], check: () throws -> Void = {}
  ) throws {
    precondition(features.rows == targets.count && features.rows == folds.count, "a target and a fold for each row")
    if let reason = clinearalgebra_unavailable() { throw LinearModelError.libraryMissing(String(cString: reason)) }
    if let bad = features.values.firstIndex(where: { !$0.isFinite }) {
      throw LinearModelError.notFinite(row: bad / features.columns, column: bad % features.columns)
    }
    let names = Set(folds).sorted()
    guard names.count > 1 else { throw LinearModelError.tooFewFolds(rows: features.rows) }
    var losses = [Double](repeating: 0, count: Self.strengths.count)
    for name in names {
      let (held, kept) = (folds.indices.filter { folds[$0] == name }, folds.indices.filter { folds[$0] != name })
      let functions = try Self.functions(
        features.selecting(kept), targets.selecting(kept), strengths: Self.strengths, check: check)
      for (index, function) in functions.enumerated() {
        losses[index] += held.reduce(0) {
          $0 + Self.loss(of: function.values(of: Array(features.row($1))), targets, $1)
        }
      }
    }
    let tried = zip(Self.strengths, losses).map { Trial(strength: $0, loss: $1 / Double(features.rows)) }
    let best = tried.indices.min { (tried[$0].loss, $0) < (tried[$1].loss, $1) } ?? 0
    trials = tried
    strength = Self.strengths[best]
    // Each strength begins at the one before it, as in the folds.
    let functions = try Self.functions(
      features, targets, strengths: Array(Self.strengths[...best]), check: check)
    function = functions[best]
    if case .classes = targets { areClasses = true } else { areClasses = false }
  }

  private static func functions(
    _ features: FeatureMatrix, _ targets: Targets, strengths: [Double], check: () throws -> Void
  ) throws -> [LinearFunction] {
    let standard = Standardisation(of: features)
    let standardised = standard.applied(to: features)
    switch targets {
    case .classes(let reference, let count):
      var regression = try LogisticRegression(standardised, reference: reference, classes: count)
      return try strengths.map {
        try check()
        return try regression.fit(strength: $0).unstandardised(standard)
      }
    case .numbers(let numbers):
      try check()
      let regression = try RidgeRegression(standardised, targets: numbers)
      return strengths.map { regression.fitted(strength: $0).unstandardised(standard) }
    }
  }

  private static func loss(of values: [Double], _ targets: Targets, _ row: Int) -> Double {
    switch targets {
    case .classes(let reference, _): Softmax.crossEntropy(values, reference[row])
    case .numbers(let numbers): (values[0] - numbers[row]) * (values[0] - numbers[row])
    }
  }

  /// The probabilities of the classes, or the number, for a row of features.
  public func predict(_ features: [Double]) -> [Double] {
    let values = function.values(of: features)
    return areClasses ? Softmax.probabilities(values) : values
  }
}
