import Machine
import Randomness

/// A network laid out for one input shape: one arena, every buffer's place decided ahead, no allocation in a pass.
///
/// It works on the parameters it was made with: in training as they are at each pass, in inference as they were when it
/// was made or `readParameters` was called. Not for use by two threads at once.
public final class Execution {
  /// What an execution is for.
  public enum Purpose {
    /// Forward alone; activations are given up as soon as they are used.
    case inference
    /// Forward and backward; layers none of whose parameters the closure accepts by name are frozen: their gradients
    /// stay as they are, and none is taken further back than it is needed.
    case training(gradients: ParameterBuffer, isTrainable: (String) -> Bool)

    fileprivate var training: (gradients: ParameterBuffer?, isTrainable: ((String) -> Bool)?) {
      switch self {
      case .inference: (nil, nil)
      case .training(let gradients, let isTrainable): (gradients, isTrainable)
      }
    }
  }

  /// Where the caller writes the input before `forward`. Shape: [batch, channels, depth, height, width].
  public let input: Tensor
  /// The outputs, in the network's order, the main one first; in inference without those that serve the training alone.
  public let outputs: [Output]
  /// How the arena is used.
  public let memory: MemoryPlan

  /// An output of a network.
  public struct Output {
    /// The network's name for it.
    public let name: String
    /// The values after `forward`, until `backward` takes their memory. Shape: [batch, channels, depth, height, width].
    public let values: Tensor
    /// Where the caller writes the loss's gradient before `backward`; nil in inference.
    public let gradient: Tensor?
    /// The pixels of the input along each axis for one of the output.
    public let step: Extent
    /// The share of its loss in that of a training; all sum to 1.
    public let weight: Double
  }

  /// The main output's values; of a segmentation the logits of the classes.
  public var output: Tensor { outputs[0].values }
  /// Where the gradient of the main output is written.
  public var outputGradient: Tensor? { outputs[0].gradient }

  /// What the random draws of a pass are keyed by, in training; each step sets its own before `forward`. The operation is
  /// the drawing layer's.
  public var key: RandomKey {
    get { keyPlace.pointee }
    set { keyPlace.pointee = newValue }
  }

  private let keyPlace: UnsafeMutablePointer<RandomKey>
  private let arena: UnsafeMutableBufferPointer<Float>
  private let layers: [any Layer]
  private let names: [String]
  private let passes: [LayerPass]
  private let firstBackwardNode: Int
  /// Held, since the passes point into them.
  private let buffers: [ParameterBuffer]

  /// Lays a network out.
  ///
  /// - Throws: `NetworkError.extentDoesNotFit`, `NetworkError.configuration` for another number of input channels.
  public init(
    _ network: Network, parameters: ParameterBuffer, input shape: Shape, purpose: Purpose, workers: Int = Threads.count
  ) throws {
    precondition(workers > 0, "at least one worker is needed")
    try network.check(shape)
    let (gradients, isTrainable) = purpose.training
    let network = isTrainable == nil ? network.predictingPart : network
    let layout = ExecutionLayout(network, input: shape, isTrainable: isTrainable, workers: workers)
    arena = allocateFloats(layout.memory.size)
    memory = layout.memory
    let start = arena.baseAddress!
    keyPlace = .allocate(capacity: 1)
    keyPlace.initialize(to: RandomKey(seed: 0, stage: "", operation: ""))
    passes = layout.passes(arena: start, parameters: parameters, gradients: gradients, key: keyPlace)
    layers = network.nodes.map(\.layer)
    names = network.nodes.map(\.title)
    firstBackwardNode = layout.firstBackwardNode
    input = layout.value(0, in: start)
    outputs = network.outputs.map { output in
      Output(
        name: output.name, values: layout.value(output.value, in: start),
        gradient: layout.gradient(output.value, in: start), step: output.step, weight: output.weight)
    }
    buffers = [parameters] + (gradients.map { [$0] } ?? [])
    readParameters()
  }

  deinit {
    arena.deallocate()
    keyPlace.deinitialize(count: 1)
    keyPlace.deallocate()
  }

  /// Takes notice of changed parameters, in inference.
  public func readParameters() {
    for (layer, pass) in zip(layers, passes) { layer.prepare(pass) }
  }

  /// Computes `output` from `input`; reports the name of each layer when it is done.
  public func forward(whenDone: (String) -> Void = { _ in }) {
    for index in layers.indices {
      layers[index].forward(passes[index])
      whenDone(names[index])
    }
  }

  /// Computes the gradients of the trainable parameters from `outputGradient`, after `forward`; reports the name of each
  /// layer when it is done.
  public func backward(whenDone: (String) -> Void = { _ in }) {
    for index in layers.indices.reversed() where index >= firstBackwardNode {
      layers[index].backward(passes[index])
      whenDone(names[index])
    }
  }
}

extension Network {
  func check(_ input: Shape) throws {
    guard input.channels == inputChannels else {
      throw NetworkError.configuration(key: "input channels", expected: "\(inputChannels)", found: "\(input.channels)")
    }
    let extent = input.extent
    let pixels = ByteCount.product(input.batch, extent.saturatedCount)
    guard pixels <= Int32.max else {
      throw NetworkError.configuration(
        key: "number of pixels", expected: "at most \(Int32.max)", found: "\(pixels)")
    }
    guard
      extent.depth % extentMultiple.depth == 0, extent.height % extentMultiple.height == 0,
      extent.width % extentMultiple.width == 0
    else { throw NetworkError.extentDoesNotFit(extent, multiple: extentMultiple) }
  }
}
