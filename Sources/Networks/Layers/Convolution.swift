import CKernels

/// A convolution with zero padding of half a kernel.
///
/// Shape: one or two inputs [n, a, d, h, w] and [n, b, d, h, w], read as one of a + b channels (a concatenation that
/// copies nothing), to [n, filters, d, h, w] with the extents divided by the stride and rounded up. `weight`: [kernel depth, height, width, a + b, filters]; `bias`: [filters].
struct Convolution: Layer {
  /// The inputs' channels: one number, or two.
  let channels: [Int]
  let filters: Int
  /// Odd along every axis.
  let kernel: Extent
  /// The distance of the outputs in pixels.
  var stride = Extent(height: 1, width: 1)
  /// False before a normalisation, which would take it away again.
  let hasBias: Bool
  /// Of the rectifier behind it, which its first weights take into account; nil: there is none.
  let rectifierSlope: Float?

  var parameters: [ParameterSpecification] {
    let all = channels.reduce(0, +)
    let fanIn = kernel.count * all
    let weight = ParameterSpecification(
      name: "weight", shape: [kernel.depth, kernel.height, kernel.width, all, filters],
      initialisation: rectifierSlope.map { .he(fanIn: fanIn, slope: $0) } ?? .leCun(fanIn: fanIn))
    let bias = ParameterSpecification(name: "bias", shape: [filters], initialisation: .constant(0), decays: false)
    return hasBias ? [weight, bias] : [weight]
  }

  /// Larger transformed weights, in floats, are recomputed in each pass: they take more memory than they save time.
  private static let largestPrepared = 1 << 25

  let backwardReads: BackwardReads = .inputs
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    let extent = inputs[0].extent
    func strided(_ size: Int, _ stride: Int) -> Int { (size + stride - 1) / stride }
    return Shape(
      batch: inputs[0].batch, channels: filters,
      extent: Extent(
        depth: strided(extent.depth, stride.depth), height: strided(extent.height, stride.height),
        width: strided(extent.width, stride.width)))
  }

  func multiplyAdds(inputs: [Shape]) -> Int {
    outputShape(of: inputs).pixels * kernel.count * channels.reduce(0, +) * filters
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    let prepared = ck_convolution_prepared_size(&kernel)
    let isPrepared = mode == .inference && prepared <= Self.largestPrepared
    return LayerNeeds(
      prepared: isPrepared ? prepared : 0,
      forwardScratch: ck_convolution_forward_scratch(&kernel, isPrepared),
      backwardScratch: max(
        ck_convolution_backward_data_scratch(&kernel), ck_convolution_backward_weights_scratch(&kernel)))
  }

  func normalisesInputs(_ inputs: [Shape]) -> Bool {
    var kernel = kernel(inputs[0], workers: 1)
    return ck_convolution_normalises(&kernel)
  }

  func prepare(_ pass: LayerPass) {
    guard let prepared = pass.prepared else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_convolution_prepare(&kernel, pass.parameters[0], prepared)
  }

  func forward(_ pass: LayerPass) {
    let shift = hasBias ? UnsafePointer(pass.parameters[1]) : nil
    forward(pass, to: pass.output.start, epilogue: ck_epilogue(scale: nil, shift: shift, rectifies: false, slope: 0))
  }

  /// The moments of blocks of the output, which a pass can measure on the way: their number and the floats they take.
  func moments(input: Shape, workers: Int) -> (blocks: Int32, floats: Int) {
    var kernel = kernel(input, workers: workers)
    return (ck_convolution_moment_blocks(&kernel), ck_convolution_moments_size(&kernel))
  }

  /// Convolves, finishes each output by `epilogue`, and measures the moments if they are wanted.
  func forward(
    _ pass: LayerPass, to output: UnsafeMutablePointer<Float>, epilogue: ck_epilogue,
    moments: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>? = nil
  ) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    var tensors = tensors(pass)
    tensors.prepared = UnsafePointer(pass.prepared)
    tensors.epilogue = epilogue
    tensors.output = output
    tensors.moments = moments
    ck_convolution_forward(&kernel, &tensors, scratch ?? pass.scratch)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    var tensors = tensors(pass)
    tensors.output_gradient = UnsafePointer(gradient.start)
    if !pass.parameterGradients.isEmpty {
      tensors.weights_gradient = pass.parameterGradients[0]
      tensors.bias_gradient = hasBias ? pass.parameterGradients[1] : nil
      ck_convolution_backward_weights(&kernel, &tensors, pass.backwardScratch)
    }
    tensors.gradient_a = pass.inputGradient(0)
    tensors.gradient_b = pass.inputGradient(1)
    if tensors.gradient_a.values != nil || tensors.gradient_b.values != nil {
      ck_convolution_backward_data(&kernel, &tensors, pass.backwardScratch)
    }
  }

  private func tensors(_ pass: LayerPass) -> ck_convolution_tensors {
    var tensors = ck_convolution_tensors()
    tensors.input_a = pass.input(0)
    tensors.input_b = pass.input(1)
    tensors.weights = UnsafePointer(pass.parameters[0])
    return tensors
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_convolution {
    ck_convolution(
      batch: Int32(input.batch), depth: Int32(input.extent.depth), height: Int32(input.extent.height),
      width: Int32(input.extent.width), channels_a: Int32(channels[0]),
      channels_b: Int32(channels.count > 1 ? channels[1] : 0), filters: Int32(filters),
      kernel_depth: Int32(kernel.depth), kernel_height: Int32(kernel.height), kernel_width: Int32(kernel.width),
      stride_depth: Int32(stride.depth), stride_height: Int32(stride.height), stride_width: Int32(stride.width),
      workers: Int32(workers), algorithm: CK_AUTOMATIC)
  }
}
