import CKernels
import Machine

/// The loss of all outputs of a network: that of the main one, or with deep supervision the sum of those of all outputs by
/// their weights.
///
/// A further output is compared with the classes nearest to the middle of each of its pixels: of a block of 2^i pixels along an axis that
/// with index 2^(i - 1), of the two in the middle the later one. Ignored pixels stay ignored; an output in which every pixel is
/// ignored adds nothing.
public final class OutputLosses {
  private let outputs: [Execution.Output]
  private let losses: [any Loss]
  /// The targets of the outputs after the main one.
  private let furtherTargets: [TargetBuffer]
  private let shape: Shape

  /// Makes the losses of an execution for training, and all memory that they need.
  public init(_ terms: LossTerms, of execution: Execution) {
    precondition(
      execution.outputs.count == 1 || terms.target == .classes, "deep supervision compares with class indices")
    outputs = execution.outputs
    losses = outputs.map { terms.loss(of: $0.values.shape) }
    furtherTargets = outputs.dropFirst().map { TargetBuffer(terms.target, shape: $0.values.shape) }
    shape = execution.output.shape
  }

  /// The memory of the losses of a network and of the targets of its further outputs, in bytes.
  ///
  /// - Parameter shape: Of a batch of the input.
  public static func memory(_ terms: LossTerms, of network: Network, input shape: Shape) -> Int {
    let shapes = network.outputShapes(input: shape)
    return ByteCount.sum(
      ByteCount.sum(of: shapes.map { terms.memory(of: $0) }),
      ByteCount.sum(of: shapes.dropFirst().map { TargetBuffer.bytes(terms.target, shape: $0) }))
  }

  /// The loss of the outputs against the target of the main one; writes all gradients.
  ///
  /// - Returns: The weighted mean, over as many pixels or samples as count in the main output.
  public func callAsFunction(target: Target, workers: Int = Threads.count) -> LossSum {
    let main = losses[0](output: outputs[0].values, target: target, gradient: outputs[0].gradient, workers: workers)
    guard outputs.count > 1 else { return main }
    var mean = outputs[0].weight * (main.mean ?? 0)
    scaleGradient(of: outputs[0], workers: workers)
    for index in outputs.indices.dropFirst() {
      let output = outputs[index]
      let targets = furtherTargets[index - 1].all
      target.writeNearest(of: shape, step: output.step, to: targets)
      let sum = losses[index](output: output.values, target: targets, gradient: output.gradient, workers: workers)
      mean += output.weight * (sum.mean ?? 0)
      scaleGradient(of: output, workers: workers)
    }
    return LossSum(loss: mean * Double(main.count), count: main.count)
  }

  private func scaleGradient(of output: Execution.Output, workers: Int) {
    guard let gradient = output.gradient else { return }
    ck_scale(gradient.start, Float(output.weight), gradient.shape.count, Int32(workers))
  }
}

extension Target {
  /// Writes the class nearest to the middle of each block of `step` pixels; `shape` is that of this target's images.
  fileprivate func writeNearest(of shape: Shape, step: Extent, to target: Target) {
    guard case .classes(let to) = target else { preconditionFailure("the target has no class indices") }
    let (from, extent) = (classes, shape.extent)
    var index = 0
    for plane in stride(from: step.depth / 2, to: shape.batch * extent.depth, by: step.depth) {
      for row in stride(from: step.height / 2, to: extent.height, by: step.height) {
        let start = (plane * extent.height + row) * extent.width
        for column in stride(from: step.width / 2, to: extent.width, by: step.width) {
          to[index] = from[start + column]
          index += 1
        }
      }
    }
  }
}
