import CKernels
import Foundation
import TestSupport
import Testing

@Suite struct AdamTests {
  private func train(_ count: Int, steps: Int, workers: Int) -> [Float] {
    let weights = FencedFloats(normalFloats(count, "weights"))
    let (first, second) = (
      FencedFloats([Float](repeating: 0, count: count)), FencedFloats([Float](repeating: 0, count: count))
    )
    for step in 1...steps {
      var adam = ck_adam(learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: step)
      ck_adam_update(
        &adam, normalFloats(count, "gradient \(step)"), weights.start, first.start, second.start, count,
        Int32(workers))
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

  @Test("the first step is the learning rate against the gradient's sign")
  func firstStep() {
    var adam = ck_adam(learning_rate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 0, step: 1)
    var (weights, first, second): ([Float], [Float], [Float]) = ([1, 1], [0, 0], [0, 0])
    ck_adam_update(&adam, [1e-3, -300], &weights, &first, &second, 2, 1)
    #expect(Tolerance.kernel.deviation(of: weights, from: [0.5, 1.5]) == nil)
  }

  @Test("without a gradient nothing moves")
  func noGradient() {
    var adam = ck_adam(learning_rate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1)
    var (weights, first, second): ([Float], [Float], [Float]) = ([1, -2], [0, 0], [0, 0])
    ck_adam_update(&adam, [0, 0], &weights, &first, &second, 2, 1)
    #expect(weights == [1, -2])
  }
}
