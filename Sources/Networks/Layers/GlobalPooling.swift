import CKernels

/// The mean over all pixels of an image: what of a feature there is, wherever it is.
///
/// Shape: [n, c, d, h, w] to [n, c, 1, 1, 1].
/// Source: Lin, Chen and Yan, "Network In Network", ICLR 2014, section 3.2.
struct GlobalPooling: Layer {
  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = []
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    Shape(batch: inputs[0].batch, channels: inputs[0].channels, extent: Extent(height: 1, width: 1))
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass)
    ck_mean_pooling_forward(&kernel, pass.inputs[0].start, pass.output.start)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, pass.inputGradients[0] != nil else { return }
    var kernel = kernel(pass)
    ck_mean_pooling_backward(&kernel, gradient.start, pass.inputGradient(0))
  }

  private func kernel(_ pass: LayerPass) -> ck_pooling {
    let input = pass.inputs[0].shape
    return ck_pooling(
      batch: Int32(input.batch), depth: 1, height: 1, width: 1, channels: Int32(input.channels),
      window_depth: Int32(input.extent.depth), window_height: Int32(input.extent.height),
      window_width: Int32(input.extent.width), workers: Int32(pass.workers))
  }
}
