import CKernels

/// The rectifier with a learnt slope for each channel: x, or slope * x below 0.
///
/// It normalises what a convolution block left to be normalised, so that the normalised activations are never stored.
/// Shape: [n, c, d, h, w], kept; `slope`: [c], first 0.25. At 0 the gradient is that of the slope below.
/// Source: He et al., "Delving Deep into Rectifiers", ICCV 2015, equations 1 and 10.
struct PReLU: Layer {
  let channels: Int

  var parameters: [ParameterSpecification] {
    [
      ParameterSpecification(
        name: "slope", shape: [channels], initialisation: .constant(Activation.prelu.slope), decays: false)
    ]
  }

  let backwardReads: BackwardReads = .inputs
  let isBackwardInPlace = true

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    return LayerNeeds(backwardScratch: ck_prelu_backward_scratch(&kernel))
  }

  func normalisesInputs(_ inputs: [Shape]) -> Bool { true }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.output.shape, workers: pass.workers)
    ck_prelu_forward(&kernel, pass.input(0), pass.parameters[0], pass.output.start)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass.output.shape, workers: pass.workers)
    ck_prelu_backward(
      &kernel, pass.input(0), pass.parameters[0], gradient.start, pass.parameterGradients.first, pass.backwardScratch)
  }

  private func kernel(_ shape: Shape, workers: Int) -> ck_prelu {
    ck_prelu(
      images: Int32(shape.batch), pixels: Int32(shape.extent.count), channels: Int32(channels), workers: Int32(workers))
  }
}
