import CKernels
import Machine

/// The loss of all outputs of a network: that of the main one, or with deep supervision the sum of those of all outputs by
/// their weights.
///
/// A further output is compared with the classes nearest to the middle of each of its pixels: of a block of 2^i pixels along an axis that
/// with index 2^(i - 1), of the two in the middle the later one. Ignored pixels stay ignored; an output in which every pixel is
/// ignored adds nothing.
///
/// An output that judges the whole scan is compared with a target of its own; its mean loss is added by its weight.
public final class OutputLosses {
  private let outputs: [Execution.Output]
  private let losses: [any Loss]
  /// The output that judges the whole scan, its loss and its weight.
  private let scan: (output: Execution.Output, loss: any Loss, weight: Double)?
  /// The targets of the outputs after the main one.
  private let furtherTargets: [TargetBuffer]
  private let shape: Shape

  /// Makes the losses of an execution for training, and all memory that they need.
  public init(_ terms: LossTerms, of execution: Execution) {
    precondition(
      execution.outputs.count == 1 || terms.target == .classes, "deep supervision compares with class indices")
    if let term = terms.scan, let output = execution.outputs.last {
      outputs = execution.outputs.dropLast()
      scan = (output, LossTerms(term.configuration).loss(of: output.values.shape), term.weight)
    } else {
      (outputs, scan) = (execution.outputs, nil)
    }
    losses = outputs.map { terms.loss(of: $0.values.shape) }
    furtherTargets = outputs.dropFirst().map { TargetBuffer(terms.target, shape: $0.values.shape) }
    shape = execution.output.shape
  }

  /// The memory of the losses of a network and of the targets of its further outputs, in bytes.
  ///
  /// - Parameter shape: Of a batch of the input.
  public static func memory(_ terms: LossTerms, of network: Network, input shape: Shape) -> Int {
    var shapes = network.outputShapes(input: shape)
    let judged = terms.scan == nil ? nil : shapes.popLast()
    return ByteCount.sum(
      judged.map { LossTerms(terms.scan!.configuration).memory(of: $0) } ?? 0,
      ByteCount.sum(of: shapes.map { terms.memory(of: $0) }),
      ByteCount.sum(of: shapes.dropFirst().map { TargetBuffer.bytes(terms.target, shape: $0) }))
  }

  /// The loss of the outputs against the target of the main one; writes all gradients.
  ///
  /// - Parameter scanTarget: That of the output that judges the whole scan.
  /// - Returns: The weighted mean, over as many pixels or samples as count in the main output.
  public func callAsFunction(
    target: Target, scanTarget: Target? = nil, workers: Int = Threads.count
  ) -> LossSum {
    let sum = segmentationLoss(target: target, workers: workers)
    guard let scan, let scanTarget else { return sum }
    let judged = scan.loss(
      output: scan.output.values, target: scanTarget, gradient: scan.output.gradient, workers: workers)
    scaleGradient(of: scan.output, by: scan.weight, workers: workers)
    // Where no pixel counts, the samples do.
    let count = sum.count > 0 ? sum.count : judged.count
    return LossSum(loss: ((sum.mean ?? 0) + scan.weight * (judged.mean ?? 0)) * Double(count), count: count)
  }

  private func segmentationLoss(target: Target, workers: Int) -> LossSum {
    let main = losses[0](output: outputs[0].values, target: target, gradient: outputs[0].gradient, workers: workers)
    guard outputs.count > 1 else { return main }
    var mean = outputs[0].weight * (main.mean ?? 0)
    scaleGradient(of: outputs[0], by: outputs[0].weight, workers: workers)
    for index in outputs.indices.dropFirst() {
      let output = outputs[index]
      let targets = furtherTargets[index - 1].all
      target.writeNearest(of: shape, step: output.step, to: targets)
      let sum = losses[index](output: output.values, target: targets, gradient: output.gradient, workers: workers)
      mean += output.weight * (sum.mean ?? 0)
      scaleGradient(of: output, by: output.weight, workers: workers)
    }
    return LossSum(loss: mean * Double(main.count), count: main.count)
  }

  private func scaleGradient(of output: Execution.Output, by weight: Double, workers: Int) {
    guard let gradient = output.gradient else { return }
    ck_scale(gradient.start, Float(weight), gradient.shape.count, Int32(workers))
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
