import Foundation

/// A function that squashes each number into a bounded range: tanh into -1...1, the logistic sigmoid into 0...1.
///
/// Shape: any, kept. It is computed in double precision and rounded, so that the bits do not depend on the processor.
struct Squashing: Layer {
  enum Function: Hashable {
    case tanh, sigmoid
  }

  let function: Function

  let parameters: [ParameterSpecification] = []
  let backwardReads: BackwardReads = .output
  let isBackwardInPlace = false

  func outputShape(of inputs: [Shape]) -> Shape { inputs[0] }

  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds { LayerNeeds() }

  func forward(_ pass: LayerPass) {
    let (from, to) = (pass.inputs[0].start, pass.output.start)
    for index in 0..<pass.output.shape.count {
      let value = Double(from[index])
      switch function {
      case .tanh: to[index] = Float(Foundation.tanh(value))
      case .sigmoid: to[index] = Float(1 / (1 + exp(-value)))
      }
    }
  }

  /// The derivative by the output y: 1 - y^2, or y (1 - y).
  func backward(_ pass: LayerPass) {
    guard let gradient = pass.outputGradient, let target = pass.inputGradients[0] else { return }
    let (output, from, to) = (pass.output.start, gradient.start, target.tensor.start)
    for index in 0..<gradient.shape.count {
      let y = output[index]
      let slope = function == .tanh ? 1 - y * y : y * (1 - y)
      to[index] = (target.adds ? to[index] : 0) + slope * from[index]
    }
  }
}
