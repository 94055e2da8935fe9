import Foundation

/// Multinomial logistic regression: the linear functions whose softmax has the least mean cross-entropy plus half of `strength`
/// times the sum of the squared weights.
///
/// Biases are penalised by a billionth of their squares, so that they are unique, and finite where a class does not occur.
/// Newton's method with halved steps where a full one goes too far (Boyd and Vandenberghe, "Convex Optimization", section
/// 9.5), in the coordinates of the singular vectors: with this penalty the weights lie in the span of the rows.
struct LogisticRegression {
  private let classes: Int
  private let reference: [Int]
  private let right: FeatureMatrix
  /// The rows along the right singular vectors, and a last column of ones for the bias.
  private let coordinates: FeatureMatrix
  private var coefficients: FeatureMatrix

  /// The largest Hessian has as many rows and columns: 128 MiB.
  static let mostCoefficients = 4096
  private static let biasStrength = 1e-9
  private static let mostSteps = 200

  /// - Parameters:
  ///   - features: Standardised.
  ///   - reference: The index of each row's class.
  init(_ features: FeatureMatrix, reference: [Int], classes: Int) throws(LinearModelError) {
    let (left, singular, right) = try features.decomposed()
    let size = singular.count + 1
    guard classes * size <= Self.mostCoefficients else {
      throw .tooManyCoefficients(classes: classes, directions: singular.count, limit: Self.mostCoefficients)
    }
    (self.classes, self.reference, self.right) = (classes, reference, right)
    coordinates = FeatureMatrix(
      (0..<features.rows).map { row in zip(left.row(row), singular).map { $0 * $1 } + [1] })
    coefficients = FeatureMatrix(rows: classes, columns: size)
  }

  /// The functions of standardised features; the next strength begins at them.
  mutating func fit(strength: Double) throws(LinearModelError) -> LinearFunction {
    var current = objective(coefficients, strength: strength)
    for _ in 0..<Self.mostSteps {
      let probabilities = probabilities(coefficients)
      let gradient = gradient(probabilities, strength: strength)
      guard gradient.map(abs).max() ?? 0 > 1e-9 else { break }
      let step = try hessian(probabilities, strength: strength).solving(gradient)
      let decrease = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      var (length, next, value) = (1.0, moved(step, 1), 0.0)
      value = objective(next, strength: strength)
      while value > current - 1e-4 * length * decrease, length > 1e-10 {
        length /= 2
        next = moved(step, length)
        value = objective(next, strength: strength)
      }
      // Rounding hides what is left to gain.
      guard value < current else { break }
      (coefficients, current) = (next, value)
    }
    var weights = FeatureMatrix(rows: classes, columns: right.rows)
    for output in 0..<classes {
      for direction in 0..<right.rows { weights[output, direction] = coefficients[output, direction] }
    }
    return LinearFunction(
      weights: weights.times(right), biases: (0..<classes).map { coefficients[$0, right.rows] })
  }

  private func moved(_ step: [Double], _ length: Double) -> FeatureMatrix {
    var result = coefficients
    for index in step.indices { result.values[index] -= length * step[index] }
    return result
  }

  private func penalty(_ column: Int, _ strength: Double) -> Double {
    column == right.rows ? Self.biasStrength : strength
  }

  /// Shape: (row, class).
  private func probabilities(_ coefficients: FeatureMatrix) -> FeatureMatrix {
    var result = coordinates.times(coefficients, otherTransposed: true)
    for row in 0..<result.rows {
      for (index, value) in Softmax.probabilities(Array(result.row(row))).enumerated() { result[row, index] = value }
    }
    return result
  }

  private func objective(_ coefficients: FeatureMatrix, strength: Double) -> Double {
    let values = coordinates.times(coefficients, otherTransposed: true)
    let loss = reference.indices.reduce(0) { $0 + Softmax.crossEntropy(Array(values.row($1)), reference[$1]) }
    let squares = (0..<classes).reduce(0) { sum, output in
      (0..<coefficients.columns).reduce(sum) {
        $0 + penalty($1, strength) * coefficients[output, $1] * coefficients[output, $1]
      }
    }
    return loss / Double(reference.count) + squares / 2
  }

  private func gradient(_ probabilities: FeatureMatrix, strength: Double) -> [Double] {
    var errors = probabilities
    for (row, truth) in reference.enumerated() { errors[row, truth] -= 1 }
    var result = errors.times(coordinates, transposed: true)
    for output in 0..<classes {
      for column in 0..<result.columns {
        result[output, column] =
          result[output, column] / Double(reference.count) + penalty(column, strength) * coefficients[output, column]
      }
    }
    return result.values
  }

  private func hessian(_ probabilities: FeatureMatrix, strength: Double) -> FeatureMatrix {
    let size = coordinates.columns
    var result = FeatureMatrix(rows: classes * size, columns: classes * size)
    var weighted = coordinates
    for first in 0..<classes {
      for second in 0...first {
        for row in 0..<coordinates.rows {
          let p = probabilities[row, first]
          let weight = p * ((first == second ? 1 : 0) - probabilities[row, second]) / Double(reference.count)
          for column in 0..<size { weighted[row, column] = coordinates[row, column] * weight }
        }
        let block = weighted.times(coordinates, transposed: true)
        for row in 0..<size {
          for column in 0..<size {
            result[first * size + row, second * size + column] = block[row, column]
            result[second * size + column, first * size + row] = block[row, column]
          }
        }
      }
      for column in 0..<size { result[first * size + column, first * size + column] += penalty(column, strength) }
    }
    return result
  }
}

/// The softmax of a few numbers.
enum Softmax {
  /// The probabilities; their sum is 1.
  static func probabilities(_ values: [Double]) -> [Double] {
    let largest = values.max() ?? 0
    let powers = values.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// -log of the probability of a class.
  static func crossEntropy(_ values: [Double], _ index: Int) -> Double {
    let largest = values.max() ?? 0
    return log(values.reduce(0) { $0 + exp($1 - largest) }) + largest - values[index]
  }
}
