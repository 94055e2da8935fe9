/// The mean and the standard deviation of each column of a matrix.
struct Standardisation: Equatable, Sendable {
  let means: [Double]
  /// 1 / standard deviation; 0 of columns that are constant, or would be but for rounding.
  let factors: [Double]

  init(of matrix: FeatureMatrix) {
    let count = Double(matrix.rows)
    var means = [Double](repeating: 0, count: matrix.columns)
    for row in 0..<matrix.rows {
      for column in means.indices { means[column] += matrix[row, column] / count }
    }
    factors = means.indices.map { column in
      let variance = (0..<matrix.rows).reduce(0) { sum, row in
        let difference = matrix[row, column] - means[column]
        return sum + difference * difference / count
      }
      let deviation = variance.squareRoot()
      return deviation > 1e-10 * abs(means[column]) ? 1 / deviation : 0
    }
    self.means = means
  }

  /// The matrix with columns of mean 0 and standard deviation 1, for the rows that were measured.
  func applied(to matrix: FeatureMatrix) -> FeatureMatrix {
    var result = matrix
    for row in 0..<matrix.rows {
      for column in means.indices { result[row, column] = (matrix[row, column] - means[column]) * factors[column] }
    }
    return result
  }
}
