import CKernels

/// Which numbers are brought to mean 0 and variance 1 together.
public enum NormalisationKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// Each channel of each image.
  /// Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016.
  case instance
  /// Each channel of a whole batch; in inference, by the running statistics of the training.
  /// Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015.
  case batch
  /// None: convolutions have a bias instead.
  case none
}

/// Normalisation of channels with a learnt scale and shift, and the rectifier behind it.
///
/// The variance is the population's. Shape: [n, c, d, h, w], kept; `scale` and `shift`: [c], and with batch normalisation
/// `running_mean` and `running_variance` (the sample's): [c]. A group of one pixel, or a constant one, becomes
/// max(0, shift).
struct Normalisation: Layer {
  let channels: Int
  /// `.instance` or `.batch`.
  let kind: NormalisationKind
  static let epsilon: Float = 1e-5
  /// The share of a batch's statistics in the new running ones.
  static let momentum: Float = 0.1

  var parameters: [ParameterSpecification] {
    func specification(_ name: String, _ value: Float, isLearnt: Bool = true) -> ParameterSpecification {
      ParameterSpecification(name: name, shape: [channels], initialisation: .constant(value), isLearnt: isLearnt)
    }
    let learnt = [specification("scale", 1), specification("shift", 0)]
    guard kind == .batch else { return learnt }
    return learnt + [
      specification("running_mean", 0, isLearnt: false), specification("running_variance", 1, isLearnt: false),
    ]
  }

  let backwardReads: BackwardReads = [.inputs, .output]
  let isBackwardInPlace = true

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    let scratch = ck_normalisation_scratch(&kernel)
    return LayerNeeds(
      saved: Int(kernel.groups) * 2 * channels, forwardScratch: scratch, backwardScratch: scratch + 2 * channels)
  }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    // A frozen layer keeps its statistics, as in inference.
    if kind == .batch, pass.parameterGradients.isEmpty {
      takeRunningStatistics(pass)
      ck_normalisation_apply(
        &kernel, pass.inputs[0].start, pass.parameters[0], pass.parameters[1], pass.saved, pass.output.start)
      return
    }
    ck_normalisation_forward(
      &kernel, pass.inputs[0].start, pass.parameters[0], pass.parameters[1], pass.saved, pass.output.start,
      pass.scratch)
    if kind == .batch { updateRunningStatistics(pass) }
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    // The sums are needed for the input's gradient even where scale and shift are frozen.
    let unwanted = pass.backwardScratch + ck_normalisation_scratch(&kernel)
    let wanted = pass.parameterGradients
    ck_normalisation_backward(
      &kernel, pass.inputs[0].start, pass.output.start, pass.parameters[0], pass.saved, gradient.start,
      wanted.isEmpty ? unwanted : wanted[0], wanted.isEmpty ? unwanted + channels : wanted[1],
      kind == .batch && wanted.isEmpty, pass.backwardScratch)
  }

  // MARK: Running statistics

  private func takeRunningStatistics(_ pass: LayerPass) {
    let (mean, variance) = (pass.parameters[2], pass.parameters[3])
    for channel in 0..<channels {
      pass.saved[channel] = mean[channel]
      pass.saved[channels + channel] = 1 / (variance[channel] + Self.epsilon).squareRoot()
    }
  }

  private func updateRunningStatistics(_ pass: LayerPass) {
    let count = Float(pass.inputs[0].shape.pixels)
    let correction = count > 1 ? count / (count - 1) : 1
    for channel in 0..<channels {
      let inverse = pass.saved[channels + channel]
      let variance = max(0, 1 / (inverse * inverse) - Self.epsilon) * correction
      pass.parameters[2][channel] += Self.momentum * (pass.saved[channel] - pass.parameters[2][channel])
      pass.parameters[3][channel] += Self.momentum * (variance - pass.parameters[3][channel])
    }
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_normalisation {
    let isWhole = kind == .batch
    return ck_normalisation(
      groups: Int32(isWhole ? 1 : input.batch), pixels: Int32(isWhole ? input.pixels : input.extent.count),
      channels: Int32(channels), epsilon: Self.epsilon, workers: Int32(workers))
  }
}
