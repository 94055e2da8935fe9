/// Ridge regression: the linear function with the least mean squared error plus `strength` times the sum of the squared
/// weights; the bias is not penalised.
///
/// Source: Hoerl and Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems", Technometrics 12, 1970; by the
/// singular value decomposition for all strengths at once (Hastie, Tibshirani and Friedman, "The Elements of Statistical
/// Learning", equation 3.47).
struct RidgeRegression {
  private let right: FeatureMatrix
  private let singular: [Double]
  /// The targets, without their mean, along the left singular vectors.
  private let along: [Double]
  private let mean: Double
  private let rows: Int

  /// - Parameter features: Standardised.
  init(_ features: FeatureMatrix, targets: [Double]) throws(LinearModelError) {
    let (left, singular, right) = try features.decomposed()
    let mean = targets.reduce(0, +) / Double(targets.count)
    (self.right, self.singular, self.mean, rows) = (right, singular, mean, targets.count)
    along = left.times(FeatureMatrix(targets.map { [$0 - mean] }), transposed: true).values
  }

  /// The function of standardised features.
  func fitted(strength: Double) -> LinearFunction {
    let penalty = strength * Double(rows)
    let shrunk = zip(singular, along).map { value, part in
      value > 0 ? value / (value * value + penalty) * part : 0
    }
    return LinearFunction(
      weights: FeatureMatrix([shrunk]).times(right), biases: [mean])
  }
}
