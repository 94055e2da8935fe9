import CKernels

/// A convolution, its normalisation and the activation behind it, as one layer: what can be done while the convolution's
/// output is in the cache is done there, and in inference nothing but the result is written.
///
/// Shape: as the convolution's. Parameters: the convolution's behind `convolution1.`, the normalisation's behind
/// `normalisation1.`, by `index`.
struct ConvolutionBlock: Layer {
  let index: Int
  let convolution: Convolution
  /// Nil: the bias and the rectifier alone.
  let normalisation: Normalisation?
  /// Nil: none.
  let activation: Activation?

  init(
    index: Int, convolution: Convolution, normalisation kind: NormalisationKind, groups: Int, activation: Activation?
  ) {
    self.index = index
    self.convolution = convolution
    self.activation = activation
    normalisation =
      kind == .none
      ? nil
      : Normalisation(channels: convolution.filters, kind: kind, groups: groups, slope: activation?.slope ?? 1)
  }

  var title: String? { "convolution\(index)" }

  var parameters: [ParameterSpecification] {
    func named(_ layer: String, _ parameters: [ParameterSpecification]) -> [ParameterSpecification] {
      parameters.map { parameter in
        var named = parameter
        named.name = "\(layer)\(index).\(parameter.name)"
        return named
      }
    }
    return named("convolution", convolution.parameters) + named("normalisation", normalisation?.parameters ?? [])
  }

  /// The normalised output is recomputed from the output of the convolution.
  var backwardReads: BackwardReads { normalisation == nil && activation != nil ? [.inputs, .output] : .inputs }
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape { convolution.outputShape(of: inputs) }
  func multiplyAdds(inputs: [Shape]) -> Int { convolution.multiplyAdds(inputs: inputs) }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var needs = convolution.needs(inputs: inputs, workers: workers, mode: mode, leavesNormalisation: false)
    guard let normalisation else { return needs }
    let output = outputShape(of: inputs)
    let more = normalisation.needs(input: output, workers: workers)
    if !leavesNormalisation {
      needs.saved =
        normalisation.coefficients(input: output) + (mode == .training ? MemoryPlan.padded(output.count) : 0)
    }
    let moments = convolution.moments(input: inputs[0], workers: workers).floats
    needs.forwardScratch = max(moments + needs.forwardScratch, more.forwardScratch)
    needs.backwardScratch = max(needs.backwardScratch, more.backwardScratch)
    return needs
  }

  /// In inference batch normalisation is done by the convolution itself.
  func pendingNormalisation(inputs: [Shape], mode: LayerMode) -> PendingNormalisation? {
    guard let normalisation, normalisation.kind != .batch || mode == .training else { return nil }
    return PendingNormalisation(
      size: normalisation.coefficients(input: outputShape(of: inputs)), imageStride: normalisation.imageStride,
      slope: normalisation.slope)
  }

  func normalisesInputs(_ inputs: [Shape]) -> Bool { convolution.normalisesInputs(inputs) }

  func prepare(_ pass: LayerPass) { convolution.prepare(pass) }

  func forward(_ pass: LayerPass) {
    guard let normalisation else {
      let epilogue = ck_epilogue(
        scale: nil, shift: pass.parameters[1], rectifies: activation != nil, slope: activation?.slope ?? 1)
      return convolution.forward(pass, to: pass.output.start, epilogue: epilogue)
    }
    let numbers = normalisationPass(pass)
    let isMeasured = normalisation.isMeasured(frozen: numbers.isFrozen)
    if !isMeasured, pass.mode != .training {
      return convolution.forward(pass, to: pass.output.start, epilogue: normalisation.epilogue(numbers))
    }
    let (blocks, floats) = convolution.moments(input: pass.inputs[0].shape, workers: pass.workers)
    let moments = isMeasured && blocks > 0 ? pass.scratch : nil
    convolution.forward(
      pass, to: numbers.input, epilogue: ck_epilogue(), moments: moments, scratch: pass.scratch + floats)
    normalisation.forward(numbers, moments: moments, blocks: blocks)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    if let normalisation {
      normalisation.backward(normalisationPass(pass), gradient: gradient.start)
    } else if let activation {
      ck_rectifier_backward(
        pass.output.start, gradient.start, gradient.shape.count, activation.slope, Int32(pass.workers))
    }
    convolution.backward(pass)
  }

  /// The part of the pass that is the normalisation's. Its input is kept where a backward pass follows; it is where the
  /// output will, or is the output where the reader normalises.
  private func normalisationPass(_ pass: LayerPass) -> Normalisation.Pass {
    let isKeptApart = pass.mode == .training && pass.pendingOfOutput == nil
    let kept = isKeptApart ? MemoryPlan.padded(pass.output.shape.count) : 0
    return Normalisation.Pass(
      shape: pass.output.shape, input: isKeptApart ? pass.saved : pass.output.start,
      output: pass.pendingOfOutput == nil ? pass.output.start : nil, parameters: pass.parameters, firstParameter: 1,
      gradients: pass.parameterGradients, coefficients: pass.pendingOfOutput ?? pass.saved + kept,
      scratch: pass.scratch,
      backwardScratch: pass.backwardScratch, workers: pass.workers)
  }
}
