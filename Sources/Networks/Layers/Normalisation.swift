import CKernels

/// Which numbers are brought to mean 0 and variance 1 together.
public enum NormalisationKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// Each channel of each image.
  /// Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016.
  case instance
  /// Each channel of a whole batch; in inference, by the running statistics of the training.
  /// Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015.
  case batch
  /// Groups of channels of each image.
  /// Source: Wu and He, "Group Normalization", ECCV 2018.
  case group
  /// None: convolutions have a bias instead.
  case none
}

/// Normalisation of channels with a learnt scale and shift, and the rectifier behind it: a part of `ConvolutionBlock`.
///
/// The variance is the population's. Shape: [n, c, d, h, w], kept; `scale` and `shift`: [c], and with batch normalisation
/// `running_mean` and `running_variance` (the sample's): [c]. A group of one pixel, or a constant one, becomes
/// the rectified shift.
struct Normalisation: Sendable {
  let channels: Int
  /// All but `.none`.
  let kind: NormalisationKind
  /// With `.group`: into how many groups the channels are divided, which must be whole.
  let groups: Int
  /// Of the rectifier below 0; 1: there is none.
  let slope: Float
  static let epsilon: Float = 1e-5
  /// The share of a batch's statistics in the new running ones.
  static let momentum: Float = 0.1

  /// What one pass works on.
  struct Pass {
    let shape: Shape
    /// What the convolution made; may be the output.
    let input: UnsafeMutablePointer<Float>
    /// Nil, where the next layer normalises what it reads.
    let output: UnsafeMutablePointer<Float>?
    /// The parameters, those of this part from `firstParameter` on.
    let parameters: [UnsafeMutablePointer<Float>]
    let firstParameter: Int
    /// As the parameters; empty where they are frozen.
    let gradients: [UnsafeMutablePointer<Float>]
    /// `coefficients` floats, see `ck_normalisation`; or the scale and shift of an epilogue.
    let coefficients: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    let backwardScratch: UnsafeMutablePointer<Float>
    let workers: Int

    func parameter(_ index: Int) -> UnsafeMutablePointer<Float> { parameters[firstParameter + index] }
    var isFrozen: Bool { gradients.isEmpty }
  }

  var parameters: [ParameterSpecification] {
    func specification(_ name: String, _ value: Float, isLearnt: Bool = true) -> ParameterSpecification {
      ParameterSpecification(
        name: name, shape: [channels], initialisation: .constant(value), isLearnt: isLearnt, decays: false)
    }
    let learnt = [specification("scale", 1), specification("shift", 0)]
    guard kind == .batch else { return learnt }
    return learnt + [
      specification("running_mean", 0, isLearnt: false), specification("running_variance", 1, isLearnt: false),
    ]
  }

  func needs(input: Shape, workers: Int) -> LayerNeeds {
    var kernel = kernel(input, workers: workers)
    let scratch = ck_normalisation_scratch(&kernel)
    return LayerNeeds(forwardScratch: scratch, backwardScratch: scratch + 2 * channels)
  }

  /// The floats of the coefficients, by which the input of any reader is normalised.
  func coefficients(input: Shape) -> Int {
    var kernel = kernel(input, workers: 1)
    return ck_normalisation_coefficients_size(&kernel)
  }

  /// The floats of an image's coefficients; 0 where all images share them.
  var imageStride: Int {
    kind == .batch ? 0 : CK_COEFFICIENTS * Int(ck_normalisation_stride(Int32(channels)))
  }

  /// Whether the statistics are those of the input; otherwise, in inference and where a layer is frozen, they are the
  /// running ones.
  func isMeasured(frozen: Bool) -> Bool { kind != .batch || !frozen }

  /// Works out the coefficients, and normalises and rectifies if there is an output. `moments` are those of so many blocks that the
  /// convolution has measured, or nil.
  func forward(_ pass: Pass, moments: UnsafePointer<Float>?, blocks: Int32) {
    var kernel = kernel(pass.shape, workers: pass.workers)
    var tensors = tensors(pass)
    tensors.moments = moments
    tensors.moment_blocks = blocks
    ck_normalisation_prepare(&kernel, &tensors, pass.scratch)
    if kind == .batch, isMeasured(frozen: pass.isFrozen) { updateRunningStatistics(pass) }
    if tensors.output != nil { ck_normalisation_apply(&kernel, &tensors) }
  }

  /// What the running statistics, scale and shift make of a convolution's output.
  func epilogue(_ pass: Pass) -> ck_epilogue {
    let (scale, shift) = (pass.coefficients, pass.coefficients + channels)
    for channel in 0..<channels {
      scale[channel] = pass.parameter(0)[channel] * inverseDeviation(pass, channel)
      shift[channel] = pass.parameter(1)[channel] - pass.parameter(2)[channel] * scale[channel]
    }
    return ck_epilogue(scale: scale, shift: shift, rectifies: slope != 1, slope: slope)
  }

  /// Turns the output's gradient into the input's in place, and writes those of scale and shift.
  func backward(_ pass: Pass, gradient: UnsafeMutablePointer<Float>) {
    var kernel = kernel(pass.shape, workers: pass.workers)
    // The sums are needed for the input's gradient even where scale and shift are frozen.
    let unwanted = pass.backwardScratch + ck_normalisation_scratch(&kernel)
    var tensors = tensors(pass)
    tensors.gradient = gradient
    tensors.scale_gradient = pass.isFrozen ? unwanted : pass.gradients[pass.firstParameter]
    tensors.shift_gradient = pass.isFrozen ? unwanted + channels : pass.gradients[pass.firstParameter + 1]
    ck_normalisation_backward(&kernel, &tensors, pass.backwardScratch)
  }

  private func tensors(_ pass: Pass) -> ck_normalisation_tensors {
    var tensors = ck_normalisation_tensors()
    tensors.input = UnsafePointer(pass.input)
    tensors.scale = UnsafePointer(pass.parameter(0))
    tensors.shift = UnsafePointer(pass.parameter(1))
    if !isMeasured(frozen: pass.isFrozen) {
      tensors.mean = UnsafePointer(pass.parameter(2))
      tensors.variance = UnsafePointer(pass.parameter(3))
    }
    tensors.coefficients = pass.coefficients
    tensors.output = pass.output
    return tensors
  }

  private func inverseDeviation(_ pass: Pass, _ channel: Int) -> Float {
    1 / (pass.parameter(3)[channel] + Self.epsilon).squareRoot()
  }

  private func updateRunningStatistics(_ pass: Pass) {
    let count = Float(pass.shape.pixels)
    let correction = count > 1 ? count / (count - 1) : 1
    let stride = Int(ck_normalisation_stride(Int32(channels)))
    for channel in 0..<channels {
      let inverse = pass.coefficients[stride + channel]
      let variance = max(0, 1 / (inverse * inverse) - Self.epsilon) * correction
      pass.parameter(2)[channel] += Self.momentum * (pass.coefficients[channel] - pass.parameter(2)[channel])
      pass.parameter(3)[channel] += Self.momentum * (variance - pass.parameter(3)[channel])
    }
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_normalisation {
    let isWhole = kind == .batch
    return ck_normalisation(
      groups: Int32(isWhole ? 1 : input.batch), pixels: Int32(isWhole ? input.pixels : input.extent.count),
      channels: Int32(channels), channels_together: Int32(kind == .group ? channels / groups : 1),
      epsilon: Self.epsilon, slope: slope, workers: Int32(workers))
  }
}
