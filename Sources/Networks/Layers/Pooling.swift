import CKernels

/// The maximum or the mean over windows that do not overlap.
///
/// Shape: [n, c, d, h, w] to [n, c, d / window.depth, h / window.height, w / window.width], which must be whole.
struct Pooling: Layer {
  enum Kind {
    /// The gradient goes to a window's first maximum.
    case maximum
    case mean
  }

  let kind: Kind
  let window: Extent

  let parameters: [ParameterSpecification] = []
  var backwardReads: BackwardReads { kind == .maximum ? [.inputs, .output] : [] }
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    var shape = inputs[0]
    shape.extent = Extent(
      depth: shape.extent.depth / window.depth, height: shape.extent.height / window.height,
      width: shape.extent.width / window.width)
    return shape
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass)
    switch kind {
    case .maximum: ck_max_pooling_forward(&kernel, pass.inputs[0].start, pass.output.start)
    case .mean: ck_mean_pooling_forward(&kernel, pass.inputs[0].start, pass.output.start)
    }
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, pass.inputGradients[0] != nil else { return }
    var kernel = kernel(pass)
    switch kind {
    case .maximum:
      ck_max_pooling_backward(
        &kernel, pass.inputs[0].start, pass.output.start, gradient.start, pass.inputGradient(0))
    case .mean: ck_mean_pooling_backward(&kernel, gradient.start, pass.inputGradient(0))
    }
  }

  private func kernel(_ pass: LayerPass) -> ck_pooling {
    let output = pass.output.shape
    return ck_pooling(
      batch: Int32(output.batch), depth: Int32(output.extent.depth), height: Int32(output.extent.height),
      width: Int32(output.extent.width), channels: Int32(output.channels), window_depth: Int32(window.depth),
      window_height: Int32(window.height), window_width: Int32(window.width), workers: Int32(pass.workers))
  }
}
