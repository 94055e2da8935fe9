/// Why a linear model cannot be fitted.
public enum LinearModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// OpenBLAS or LAPACK cannot be loaded; the text is the loader's.
  case libraryMissing(String)
  /// All folds but one have no row.
  case tooFewFolds(rows: Int)
  /// A feature is not a finite number. Rows and columns count from 0.
  case notFinite(row: Int, column: Int)
  /// A logistic regression has more coefficients than can be fitted by Newton's method in reasonable memory.
  case tooManyCoefficients(classes: Int, directions: Int, limit: Int)
  /// LAPACK reports a failure.
  case failed(routine: String, code: Int)

  /// The message: problem and what to do.
  public var description: String {
    switch self {
    case .libraryMissing(let reason):
      "OpenBLAS or LAPACK cannot be loaded (\(reason)); install libopenblas0 and liblapacke"
    case .tooFewFolds(let rows):
      "the strength of regularisation is chosen by cross-validation, which needs scans of at least 2 groups (patients); found "
        + "\(rows) \(rows == 1 ? "scan" : "scans") of one"
    case .notFinite(let row, let column): "feature \(column + 1) of row \(row + 1) is not a finite number"
    case .tooManyCoefficients(let classes, let directions, let limit):
      "logistic regression with \(classes) classes and \(directions) independent features has more than \(limit) coefficients; "
        + "use fewer classes or scans, or task: regress"
    case .failed(let routine, let code): "LAPACK's \(routine) failed with code \(code)"
    }
  }
}
