import CKernels

/// Bilinear or trilinear interpolation to twice as many pixels, as PyTorch's `nn.Upsample` with align_corners=False.
///
/// Shape: [n, c, d, h, w] to [n, c, d * factor.depth, h * factor.height, w * factor.width], each factor 1 or 2. Beyond the
/// image its edge goes on.
struct LinearUpsampling: Layer {
  let factor: Extent

  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = []
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    var shape = inputs[0]
    shape.extent = Extent(
      depth: shape.extent.depth * factor.depth, height: shape.extent.height * factor.height,
      width: shape.extent.width * factor.width)
    return shape
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    let scratch = ck_linear_upsampling_scratch(&kernel)
    return LayerNeeds(forwardScratch: scratch, backwardScratch: scratch)
  }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_linear_upsampling_forward(&kernel, pass.inputs[0].start, pass.output.start, pass.scratch)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, pass.inputGradients[0] != nil else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_linear_upsampling_backward(&kernel, gradient.start, pass.inputGradient(0), pass.backwardScratch)
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_linear_upsampling {
    ck_linear_upsampling(
      batch: Int32(input.batch), depth: Int32(input.extent.depth), height: Int32(input.extent.height),
      width: Int32(input.extent.width), channels: Int32(input.channels), factor_depth: Int32(factor.depth),
      factor_height: Int32(factor.height), factor_width: Int32(factor.width), workers: Int32(workers))
  }
}
