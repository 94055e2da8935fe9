import CKernels

/// The maximum over windows of 2 at each pixel, then a blur by [1, 2, 1] / 4 along each axis, of which every second pixel
/// is kept: an output moves less when the input is shifted by a pixel than with maximum pooling.
///
/// Shape: [n, c, d, h, w] to [n, c, d / 2 or d, h / 2, w / 2], which must be whole. An axis of n pixels has n - 1 maxima. Output i
/// takes 1/4, 1/2 and 1/4 of the maxima 2i - 1, 2i and 2i + 1, so that it lies where that of maximum pooling does. Beyond
/// the ends maxima are mirrored about the first and the last one; a single maximum stays as it is. The gradient goes to a
/// window's first maximum.
/// Source: Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, section 3.2 and figure 3.
struct AntialiasedPooling: Layer {
  /// False in 2-D.
  let halvesDepth: Bool

  let parameters: [ParameterSpecification] = []
  /// The forward pass keeps which pixel of each window is the maximum.
  let backwardReads: BackwardReads = []
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    var shape = inputs[0]
    let extent = shape.extent
    shape.extent = Extent(
      depth: halvesDepth ? extent.depth / 2 : extent.depth, height: extent.height / 2, width: extent.width / 2)
    return shape
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds {
    var kernel = kernel(inputs[0], workers: workers)
    let scratch = ck_antialiased_pooling_scratch(&kernel)
    let floatBytes = MemoryLayout<Float>.stride
    let winners = (ck_antialiased_pooling_maxima(&kernel) + floatBytes - 1) / floatBytes
    return LayerNeeds(saved: mode == .training ? winners : 0, forwardScratch: scratch, backwardScratch: scratch)
  }

  func forward(_ pass: LayerPass) {
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_antialiased_pooling_forward(
      &kernel, pass.inputs[0].start, pass.mode == .training ? winners(pass) : nil, pass.output.start, pass.scratch)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, pass.inputGradients[0] != nil else { return }
    var kernel = kernel(pass.inputs[0].shape, workers: pass.workers)
    ck_antialiased_pooling_backward(
      &kernel, winners(pass), gradient.start, pass.inputGradient(0), pass.backwardScratch)
  }

  private func winners(_ pass: LayerPass) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pass.saved).assumingMemoryBound(to: UInt8.self)
  }

  private func kernel(_ input: Shape, workers: Int) -> ck_antialiased_pooling {
    ck_antialiased_pooling(
      batch: Int32(input.batch), depth: Int32(input.extent.depth), height: Int32(input.extent.height),
      width: Int32(input.extent.width), channels: Int32(input.channels), halves_depth: halvesDepth,
      workers: Int32(workers))
  }
}
