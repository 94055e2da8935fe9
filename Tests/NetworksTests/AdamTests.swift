import Foundation
import TestSupport
import Testing

@Suite struct AdamTests {
  private func train(_ count: Int, steps: Int, workers: Int) -> [Float] {
    func places(_ floats: FencedFloats) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(start: floats.start, count: count)
    }
    let weights = FencedFloats(normalFloats(count, "weights"))
    let (first, second) = (
      FencedFloats([Float](repeating: 0, count: count)), FencedFloats([Float](repeating: 0, count: count))
    )
    for step in 1...steps {
      let gradient = FencedFloats(normalFloats(count, "gradient \(step)"))
      updateByAdam(
        places(weights), gradients: places(gradient), moments: (places(first), places(second)), learningRate: 0.01,
        epsilon: 1e-8, step: step, workers: workers)
    }
    #expect([weights, first, second].allSatisfy { $0.isFenceIntact })
    return weights.values
  }

  @Test("ten steps agree with the algorithm in double precision", arguments: [1, 17, 140_001])
  func agreesWithAlgorithm(count: Int) {
    var weights = doubles(normalFloats(count, "weights"))
    var (first, second) = (weights.map { _ in 0.0 }, weights.map { _ in 0.0 })
    let (beta1, beta2) = (Double(Float(0.9)), Double(Float(0.999)))
    for step in 1...10 {
      let gradient = doubles(normalFloats(count, "gradient \(step)"))
      for i in 0..<count {
        first[i] = beta1 * first[i] + (1 - beta1) * gradient[i]
        second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i]
        let mean = first[i] / (1 - pow(beta1, Double(step)))
        let square = second[i] / (1 - pow(beta2, Double(step)))
        weights[i] -= Double(Float(0.01)) * mean / (square.squareRoot() + 1e-8)
      }
    }
    let found = train(count, steps: 10, workers: 2)
    #expect(Tolerance.kernel.deviation(of: found, from: weights) == nil)
    for workers in [1, 3, 4] { #expect(train(count, steps: 10, workers: workers) == found) }
  }

  /// Weights after the first step, with a learning rate of 0.5.
  private func firstStep(_ weights: [Float], gradients: [Float], epsilon: Float) -> [Float] {
    var (weights, gradients) = (weights, gradients)
    var (first, second) = (weights.map { _ in Float(0) }, weights.map { _ in Float(0) })
    weights.withUnsafeMutableBufferPointer { weights in
      gradients.withUnsafeMutableBufferPointer { gradients in
        first.withUnsafeMutableBufferPointer { first in
          second.withUnsafeMutableBufferPointer { second in
            updateByAdam(
              weights, gradients: gradients, moments: (first, second), learningRate: 0.5, epsilon: epsilon, step: 1)
          }
        }
      }
    }
    return weights
  }

  @Test("the first step is the learning rate against the gradient's sign")
  func firstStep() {
    let weights = firstStep([1, 1], gradients: [1e-3, -300], epsilon: 0)
    #expect(Tolerance.kernel.deviation(of: weights, from: [0.5, 1.5]) == nil)
  }

  @Test("without a gradient nothing moves")
  func noGradient() {
    #expect(firstStep([1, -2], gradients: [0, 0], epsilon: 1e-8) == [1, -2])
  }
}
