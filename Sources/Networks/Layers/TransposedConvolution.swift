import CKernels

/// A transposed convolution whose kernel is its stride: upsampling by learnt patches.
///
/// Shape: [n, channels, d, h, w] to [n, filters, d * stride.depth, h * stride.height, w * stride.width]. `weight`:
/// [channels, stride depth, height, width, filters]; `bias`: [filters].
struct TransposedConvolution: Layer {
  let channels: Int
  let filters: Int
  let stride: Extent

  var parameters: [ParameterSpecification] {
    [
      ParameterSpecification(
        name: "weight", shape: [channels, stride.depth, stride.height, stride.width, filters],
        initialisation: .leCun(fanIn: channels)),
      ParameterSpecification(name: "bias", shape: [filters], initialisation: .constant(0), decays: false),
    ]
  }

  let backwardReads: BackwardReads = .inputs
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    let extent = inputs[0].extent
    return Shape(
      batch: inputs[0].batch, channels: filters,
      extent: Extent(
        depth: extent.depth * stride.depth, height: extent.height * stride.height, width: extent.width * stride.width))
  }

  func multiplyAdds(inputs: [Shape]) -> Int { inputs[0].pixels * stride.count * channels * filters }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    return LayerNeeds(
      forwardScratch: ck_transposed_convolution_forward_scratch(&kernel),
      backwardScratch: max(
        ck_transposed_convolution_backward_data_scratch(&kernel),
        ck_transposed_convolution_backward_weights_scratch(&kernel)))
  }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_transposed_convolution_forward(
      &kernel, pass.inputs[0].start, pass.parameters[0], pass.parameters[1], pass.output.start, pass.scratch)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    if !pass.parameterGradients.isEmpty {
      ck_transposed_convolution_backward_weights(
        &kernel, pass.inputs[0].start, gradient.start, pass.parameterGradients[0], pass.parameterGradients[1],
        pass.backwardScratch)
    }
    if pass.inputGradients[0] != nil {
      ck_transposed_convolution_backward_data(
        &kernel, gradient.start, pass.parameters[0], pass.inputGradient(0), pass.backwardScratch)
    }
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_transposed_convolution {
    ck_transposed_convolution(
      batch: Int32(input.batch), depth: Int32(input.extent.depth), height: Int32(input.extent.height),
      width: Int32(input.extent.width), channels: Int32(channels), filters: Int32(filters),
      stride_depth: Int32(stride.depth), stride_height: Int32(stride.height), stride_width: Int32(stride.width),
      workers: Int32(workers))
  }
}
