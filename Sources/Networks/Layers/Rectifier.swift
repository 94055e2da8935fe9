import CKernels

/// The rectifier max(0, x). Shape: kept.
struct Rectifier: Layer {
  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = .output
  let isBackwardInPlace = true

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    ck_rectifier_forward(pass.inputs[0].start, pass.output.start, pass.output.shape.count, Int32(pass.workers))
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    ck_rectifier_backward(pass.output.start, gradient.start, pass.output.shape.count, Int32(pass.workers))
  }
}
