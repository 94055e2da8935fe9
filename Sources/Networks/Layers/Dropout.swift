import CKernels
import Randomness

/// Sets activations to 0 at random in training, and scales the others so that their mean stays; in inference it changes
/// nothing.
///
/// Shape: any, kept. What is dropped follows from the execution's key and this layer's operation alone, and is drawn again in
/// the backward pass.
/// Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, with the
/// scaling in training (section 10).
struct Dropout: Layer {
  /// The share that is dropped; 0..<1.
  let rate: Double
  /// Which draw of a step it is.
  let operation: String

  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = []
  let isBackwardInPlace = true

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    guard pass.mode != .inference else {
      return pass.output.start.update(from: pass.inputs[0].start, count: pass.output.shape.count)
    }
    apply(pass, from: pass.inputs[0].start, to: pass.output.start)
  }

  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient else { return }
    apply(pass, from: gradient.start, to: gradient.start)
  }

  private func apply(_ pass: LayerPass, from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>) {
    let key = pass.key.pointee.operation(operation)
    var kernel = ck_dropout(
      count: pass.output.shape.count, rate: rate, seed: key.seed, stream: key.digest, workers: Int32(pass.workers))
    ck_dropout_apply(&kernel, from, to)
  }
}
