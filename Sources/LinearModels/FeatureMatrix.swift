import CLinearAlgebra

/// Numbers in rows and columns, in double precision, row after row.
public struct FeatureMatrix: Equatable, Sendable {
  /// The number of rows: scans.
  public let rows: Int
  /// The number of columns: features.
  public let columns: Int
  /// Shape: (row, column).
  public internal(set) var values: [Double]

  /// Makes a matrix of rows of equal length.
  public init(_ rows: [[Double]]) {
    self.rows = rows.count
    columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { [columns] in $0.count == columns }, "all rows have the same length")
    values = rows.flatMap { $0 }
  }

  /// Makes a matrix of zeros.
  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    values = [Double](repeating: 0, count: rows * columns)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// A row's numbers.
  func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

  /// Some of the rows, in this order.
  func selecting(_ indices: [Int]) -> FeatureMatrix {
    var result = FeatureMatrix(rows: indices.count, columns: columns)
    result.values = indices.flatMap { row($0) }
    return result
  }

  /// The product with another matrix; either may be transposed first.
  func times(_ other: FeatureMatrix, transposed: Bool = false, otherTransposed: Bool = false) -> FeatureMatrix {
    let (m, k) = transposed ? (columns, rows) : (rows, columns)
    let (otherRows, n) = otherTransposed ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(k == otherRows, "the inner sizes agree")
    var result = FeatureMatrix(rows: m, columns: n)
    clinearalgebra_multiply(
      transposed, otherTransposed, Int32(m), Int32(n), Int32(k), values, other.values, &result.values)
    return result
  }

  /// The singular value decomposition: the matrix is `left` x diag(`values`) x `right`.
  ///
  /// Throws `LinearModelError.failed`.
  func decomposed() throws(LinearModelError) -> (left: FeatureMatrix, values: [Double], right: FeatureMatrix) {
    let rank = min(rows, columns)
    var copy = values
    var (left, right) = (FeatureMatrix(rows: rows, columns: rank), FeatureMatrix(rows: rank, columns: columns))
    var singular = [Double](repeating: 0, count: rank)
    guard rank > 0 else { return (left, singular, right) }
    let code = clinearalgebra_decompose(
      Int32(rows), Int32(columns), &copy, &left.values, &singular, &right.values)
    guard code == 0 else { throw .failed(routine: "dgesdd", code: Int(code)) }
    return (left, singular, right)
  }

  /// The solution x of (this matrix) x = b, for a symmetric positive definite one.
  ///
  /// Throws `LinearModelError.failed`.
  consuming func solving(_ b: [Double]) throws(LinearModelError) -> [Double] {
    precondition(rows == columns && b.count == rows, "the matrix is square")
    var x = b
    let code = clinearalgebra_solve(Int32(rows), &values, &x)
    guard code == 0 else { throw .failed(routine: "dposv", code: Int(code)) }
    return x
  }
}
