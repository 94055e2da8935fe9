import CKernels

/// The sum of a block's output and its shortcut, and the activation behind it.
///
/// Shape: two inputs [n, c, d, h, w], to the same.
/// Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, figure 2.
struct ResidualSum: Layer {
  /// Nil: none.
  let activation: Activation?

  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = .output
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass)
    ck_residual_sum_forward(&kernel, pass.inputs[0].start, pass.inputs[1].start, pass.output.start)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass)
    ck_residual_sum_backward(
      &kernel, pass.output.start, gradient.start, pass.inputGradient(0), pass.inputGradient(1))
  }

  private func kernel(_ pass: LayerPass) -> ck_residual_sum {
    ck_residual_sum(count: pass.output.shape.count, slope: activation?.slope ?? 1, workers: Int32(pass.workers))
  }
}
