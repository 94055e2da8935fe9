/// The same numbers in another shape, in the order in which they are stored.
///
/// Shape: of `flatten`, [n, c, d, h, w] to [n, d h w c, 1, 1, 1]; of `join(k)`, [k n, c, 1, 1, 1] to [n, k c, 1, 1, 1]: the
/// numbers of k images that follow one another become those of one.
struct Reshape: Layer {
  enum Kind: Hashable {
    case flatten
    case join(Int)
  }

  let kind: Kind

  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = []
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape {
    let input = inputs[0]
    let unit = Extent(height: 1, width: 1)
    switch kind {
    case .flatten: return Shape(batch: input.batch, channels: input.channels * input.extent.count, extent: unit)
    case .join(let images):
      precondition(input.batch % images == 0 && input.extent == unit, "whole groups of images of one pixel are joined")
      return Shape(batch: input.batch / images, channels: input.channels * images, extent: unit)
    }
  }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    pass.output.start.update(from: pass.inputs[0].start, count: pass.output.shape.count)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, let target = pass.inputGradients[0] else { return }
    let (from, to) = (gradient.start, target.tensor.start)
    for index in 0..<gradient.shape.count { to[index] = (target.adds ? to[index] : 0) + from[index] }
  }
}
