import CKernels

/// Instance normalisation with a learnt scale and shift, and the rectifier behind it.
///
/// Each channel of each image is brought to mean 0 and (population) variance 1. Shape: [n, c, d, h, w], kept; `scale` and
/// `shift`: [c]. An image of one pixel, or a constant one, becomes max(0, shift).
/// Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016.
struct InstanceNormalisation: Layer {
  let channels: Int
  static let epsilon: Float = 1e-5

  var parameters: [ParameterSpecification] {
    [
      ParameterSpecification(name: "scale", shape: [channels], initialisation: .constant(1)),
      ParameterSpecification(name: "shift", shape: [channels], initialisation: .constant(0)),
    ]
  }

  let backwardReads: BackwardReads = [.inputs, .output]
  let isBackwardInPlace = true

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    let scratch = ck_instance_normalisation_scratch(&kernel)
    return LayerNeeds(
      saved: inputs[0].batch * 2 * channels, forwardScratch: scratch, backwardScratch: scratch + 2 * channels)
  }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_instance_normalisation_forward(
      &kernel, pass.inputs[0].start, pass.parameters[0], pass.parameters[1], pass.saved, pass.output.start,
      pass.scratch)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    // The sums are needed for the input's gradient even where scale and shift are frozen.
    let unwanted = pass.backwardScratch + ck_instance_normalisation_scratch(&kernel)
    let wanted = pass.parameterGradients
    ck_instance_normalisation_backward(
      &kernel, pass.inputs[0].start, pass.output.start, pass.parameters[0], pass.saved, gradient.start,
      wanted.isEmpty ? unwanted : wanted[0], wanted.isEmpty ? unwanted + channels : wanted[1], pass.backwardScratch)
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_instance_normalisation {
    ck_instance_normalisation(
      batch: Int32(input.batch), pixels: Int32(input.extent.count), channels: Int32(channels), epsilon: Self.epsilon,
      workers: Int32(workers))
  }
}
