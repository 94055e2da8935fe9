/// Linear functions of features, one for each output.
public struct LinearFunction: Equatable, Sendable {
  /// Shape: (output, feature).
  var weights: FeatureMatrix
  /// One for each output.
  public internal(set) var biases: [Double]

  /// The number of features.
  public var featureCount: Int { weights.columns }
  /// The weights of the features, for each output.
  public var weightRows: [[Double]] { (0..<weights.rows).map { Array(weights.row($0)) } }

  /// Multiplies what comes out, then adds a number.
  public mutating func scale(by factor: Double, adding summand: Double) {
    weights.values = weights.values.map { $0 * factor }
    biases = biases.map { $0 * factor + summand }
  }

  /// The values of a row of features; one for each output.
  public func values(of features: [Double]) -> [Double] {
    biases.indices.map { output in
      zip(weights.row(output), features).reduce(biases[output]) { $0 + $1.0 * $1.1 }
    }
  }

  /// The function of features as they are, from one of standardised features.
  func unstandardised(_ standard: Standardisation) -> LinearFunction {
    var result = self
    for output in biases.indices {
      for column in standard.means.indices {
        result.weights[output, column] *= standard.factors[column]
        result.biases[output] -= result.weights[output, column] * standard.means[column]
      }
    }
    return result
  }
}
