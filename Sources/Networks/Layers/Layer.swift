import CKernels
import Randomness

/// A layer of a network, with its backward pass.
public protocol Layer: Sendable {
  /// Its name within a block of several layers; nil where the block's name is its own.
  var title: String? { get }
  /// Its parameters, in the order in which a pass brings them.
  var parameters: [ParameterSpecification] { get }
  /// What its backward pass reads besides the gradient.
  var backwardReads: BackwardReads { get }
  /// Whether the backward pass turns the output's gradient into the (only) input's in place.
  var isBackwardInPlace: Bool { get }

  /// The output's shape.
  func outputShape(of inputs: [Shape]) -> Shape
  /// The multiplications with an addition that its definition asks of the forward pass.
  func multiplyAdds(inputs: [Shape]) -> Int
  /// What the passes need besides inputs and output.
  func needs(inputs: [Shape], workers: Int, mode: LayerMode, leavesNormalisation: Bool) -> LayerNeeds
  /// The normalisation that this layer can leave to the one that reads its output; nil where it cannot.
  func pendingNormalisation(inputs: [Shape], mode: LayerMode) -> PendingNormalisation?
  /// Whether it can read inputs that have still to be normalised.
  func normalisesInputs(_ inputs: [Shape]) -> Bool
  /// Writes into `prepared` what a forward pass can make of the parameters alone.
  func prepare(_ pass: LayerPass)
  /// Writes the output, and what the backward pass needs of it into `saved`.
  func forward(_ pass: LayerPass)
  /// Writes the gradients that `pass` asks for.
  func backward(_ pass: LayerPass)
}

extension Layer {
  /// None, where a layer does not say otherwise.
  public var title: String? { nil }
  /// None, where a layer does not say otherwise.
  public func multiplyAdds(inputs: [Shape]) -> Int { 0 }
  /// None, where a layer does not say otherwise.
  public func pendingNormalisation(inputs: [Shape], mode: LayerMode) -> PendingNormalisation? { nil }
  /// It cannot, where a layer does not say otherwise.
  public func normalisesInputs(_ inputs: [Shape]) -> Bool { false }
  /// Nothing, where a layer does not say otherwise.
  public func prepare(_ pass: LayerPass) {}
}

/// What a layer's passes are for.
public enum LayerMode: Sendable {
  /// Forward passes with the same parameters, again and again.
  case inference
  /// A forward pass alone, within a training that leaves everything before it as it is.
  case frozen
  /// A forward pass with a backward pass behind it.
  case training
}

/// Which activations a backward pass reads.
public struct BackwardReads: OptionSet, Sendable {
  /// The bits.
  public let rawValue: Int
  /// Makes a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// The layer's inputs.
  public static let inputs = BackwardReads(rawValue: 1)
  /// The layer's output.
  public static let output = BackwardReads(rawValue: 2)
}

/// Memory that a layer needs, in floats.
public struct LayerNeeds: Sendable {
  /// Made of the parameters, and kept from one inference to the next.
  public var prepared = 0
  /// Kept from the forward to the backward pass.
  public var saved = 0
  /// Used during the forward pass.
  public var forwardScratch = 0
  /// Used during the backward pass.
  public var backwardScratch = 0
}

/// A normalisation that a layer leaves to the one that reads its output: coefficients as `ck_normalisation` describes them, and
/// the rectifier behind them.
public struct PendingNormalisation: Sendable {
  /// The floats of all coefficients; above 0.
  let size: Int
  /// The floats of an image's coefficients; 0 where all images share them.
  let imageStride: Int
  /// Of the rectifier below 0; 1: there is none.
  let slope: Float
}

/// What a value has still to go through when it is read.
struct PendingCoefficients {
  let coefficients: UnsafeMutablePointer<Float>
  let normalisation: PendingNormalisation
}

/// The buffers that one layer works on, laid out before the first step.
public struct LayerPass {
  /// Where a gradient is written.
  public struct GradientTarget {
    let tensor: Tensor
    /// Whether it is added to what an earlier layer of the backward pass wrote.
    let adds: Bool
  }

  let inputs: [Tensor]
  let output: Tensor
  /// For each input, the normalisation that it has still to go through.
  let pendingOfInputs: [PendingCoefficients?]
  /// Where the output's is written, if it is left to the reader.
  let pendingOfOutput: UnsafeMutablePointer<Float>?
  let parameters: [UnsafeMutablePointer<Float>]
  /// Nil, unless in inference.
  let prepared: UnsafeMutablePointer<Float>?
  let saved: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
  let backwardScratch: UnsafeMutablePointer<Float>
  let workers: Int
  let mode: LayerMode
  /// What the random draws of the pass are keyed by.
  let key: UnsafePointer<RandomKey>

  /// In a training pass: the gradient that comes in.
  let outputGradient: Tensor?
  /// A target for each input whose gradient is wanted.
  let inputGradients: [GradientTarget?]
  /// The gradients of the parameters; empty where they are frozen.
  let parameterGradients: [UnsafeMutablePointer<Float>]

  /// An input as kernels take it, with the normalisation that it has still to go through; none where there is no such input.
  func input(_ index: Int) -> ck_input {
    guard index < inputs.count else { return ck_input() }
    let pending = pendingOfInputs[index]
    return ck_input(
      values: inputs[index].start, coefficients: pending?.coefficients,
      image_stride: pending?.normalisation.imageStride ?? 0, slope: pending?.normalisation.slope ?? 0)
  }

  /// The gradient of an input as kernels take it: left out where it is not wanted, or there is no such input.
  func inputGradient(_ index: Int) -> ck_gradient {
    guard index < inputGradients.count, let target = inputGradients[index] else { return ck_gradient() }
    return ck_gradient(values: target.tensor.start, adds: target.adds)
  }
}
