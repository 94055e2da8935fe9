import Foundation
import Networks
import TestSupport
import Testing

@Suite("Losses of numbers")
struct ValueLossTests {
  private static let shape = Shape(batch: 2, channels: 3, extent: Extent(height: 37, width: 41))

  private func answer(
    _ configuration: any LossConfiguration, _ output: [Float], _ target: [Float], shape: Shape, workers: Int = 2
  ) -> (sum: LossSum, gradient: [Float]) {
    let (x, g) = (FencedFloats(output), FencedFloats(count: output.count))
    let targets = TargetBuffer(.numbers, shape: shape)
    guard case .numbers(let numbers) = targets.all else { return (LossSum(), []) }
    _ = numbers.update(fromContentsOf: target)
    let sum = withExtendedLifetime((x, targets)) {
      configuration.loss(of: shape)(
        output: Tensor(shape: shape, start: x.start), target: targets.all,
        gradient: Tensor(shape: shape, start: g.start), workers: workers)
    }
    #expect(g.isFenceIntact)
    return (sum, g.values)
  }

  @Test("have their closed forms; a target that is not a number does not count")
  func closedForms() {
    let shape = Shape(batch: 1, channels: 1, extent: Extent(height: 1, width: 4))
    let (output, target): ([Float], [Float]) = ([1, -2, 0, 9], [0.5, 1, 0, .nan])
    let squared = answer(SquaredErrorConfiguration(), output, target, shape: shape)
    #expect(squared.sum == LossSum(loss: 0.25 + 9, count: 3))
    #expect(squared.gradient == [1 / 3, -2, 0, 0])
    let absolute = answer(AbsoluteErrorConfiguration(), output, target, shape: shape)
    #expect(absolute.sum == LossSum(loss: 0.5 + 3, count: 3))
    #expect(absolute.gradient == [1 / 3, -1 / 3, 0, 0])
    let sigmoid = answer(SigmoidCrossEntropyConfiguration(), [0, 800, -800, 0], [0, 1, 0, .nan], shape: shape)
    #expect(abs(sigmoid.sum.loss - log(2)) < 1e-12 && sigmoid.sum.count == 3)
    #expect(sigmoid.gradient[0] == 0.5 / 3 && sigmoid.gradient[1...].allSatisfy { $0 == 0 })
    let none = answer(SquaredErrorConfiguration(), output, [.nan, .nan, .nan, .nan], shape: shape)
    #expect(none.sum.mean == nil && none.gradient == [0, 0, 0, 0])
  }

  @Test(
    "have gradients that agree with central differences, and the same bits with any number of threads",
    arguments: ["mean_squared_error", "mean_absolute_error", "sigmoid_cross_entropy"])
  func gradients(_ name: String) throws {
    let configuration = try #require(Losses.with(.numbers).first { $0.name == name }).init()
    let output = normalFloats(Self.shape.count, "output")
    var target = normalFloats(Self.shape.count, "target").map {
      name == "sigmoid_cross_entropy" ? 1 / (1 + exp(-$0)) : $0
    }
    for index in stride(from: 5, to: target.count, by: 17) { target[index] = .nan }
    let found = answer(configuration, output, target, shape: Self.shape)
    for workers in [1, 3] {
      let other = answer(configuration, output, target, shape: Self.shape, workers: workers)
      #expect(other.sum == found.sum && other.gradient == found.gradient)
    }
    let step: Float = 1e-2
    for index in [0, 1, 5, 1000, 4095, 4096, target.count - 1] {
      func loss(_ change: Float) -> Double {
        var moved = output
        moved[index] += change
        return answer(configuration, moved, target, shape: Self.shape).sum.loss
      }
      let slope = (loss(step) - loss(-step)) / Double(2 * step) / Double(found.sum.count)
      let crosses = name == "mean_absolute_error" && abs(output[index] - target[index]) < step
      if !crosses { #expect(abs(slope - Double(found.gradient[index])) < 1e-3 / Double(found.sum.count)) }
    }
  }
}
