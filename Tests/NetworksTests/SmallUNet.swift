import CKernels
import Networks

/// A U-Net small enough for a test, with everything that a training step needs.
final class SmallUNet {
  let network: Network
  let weights: ParameterBuffer
  let gradients: ParameterBuffer
  let firstMoments: ParameterBuffer
  let secondMoments: ParameterBuffer
  let execution: Execution
  let loss: OutputLosses
  let targets: TargetBuffer
  private let workers: Int
  private let activation: Activation
  private var step = 0

  /// Shapes of small networks: 2-D and 3-D, one and two downsamplings, one and two channels.
  struct Configuration: Sendable, CustomStringConvertible {
    var unet: UNetConfiguration
    var shape: Shape
    var description: String {
      "\(unet.dimensions)-D, base \(unet.baseChannels), depth \(unet.depth), \(unet.summary), \(shape)"
    }

    init(
      dimensions: Int, base: Int, depth: Int, classes: Int, batch: Int, channels: Int, extent: Extent,
      normalisation: NormalisationKind = .instance
    ) {
      unet = UNetConfiguration(
        dimensions: dimensions, inputChannels: channels, classes: classes, baseChannels: base, depth: depth,
        normalisation: normalisation)
      shape = Shape(batch: batch, channels: channels, extent: extent)
    }

    /// With what pipeline files can ask for: each value of each key, in 2-D and in 3-D, and some together.
    static let variants =
      UNetConfiguration.variations.flatMap { [Configuration(plane: $0), Configuration(volume: $0)] } + combinations
    private static let combinations = [
      // Of as many channels as the input, so that the first shortcut is the input itself.
      Configuration(dimensions: 3, base: 1, depth: 1, extent: Extent(depth: 6, height: 8, width: 8)) {
        ($0.residual, $0.activation, $0.upsampling) = (.all, .leakyReLU, .linear)
      },
      Configuration(dimensions: 2, base: 8, depth: 1, extent: Extent(height: 12, width: 14)) {
        ($0.normalisation, $0.groups, $0.activation) = (.group, 4, .prelu)
        ($0.residual, $0.downsampling) = (.encoder, .stridedConvolution)
      },
    ]

    /// Without near ties in the pooled windows, at which the loss has kinks.
    private init(plane unet: UNetConfiguration) {
      self.init(dimensions: 2, base: 8, depth: 1, extent: Extent(height: 12, width: 14)) { $0 = unet.with($0) }
    }

    private init(volume unet: UNetConfiguration) {
      self.init(dimensions: 3, base: 2, depth: 1, extent: Extent(depth: 6, height: 8, width: 8)) { $0 = unet.with($0) }
    }

    private init(dimensions: Int, base: Int, depth: Int, extent: Extent, _ change: (inout UNetConfiguration) -> Void) {
      self.init(
        dimensions: dimensions, base: base, depth: depth, classes: 3, batch: 2, channels: 1, extent: extent)
      change(&unet)
      // At the lowest resolution some pixels are left, since the normalisation of few bends the loss much.
      let multiple = (unet.depth < 3 ? 1 : 2) << unet.depth
      func fitted(_ size: Int) -> Int { (size + multiple - 1) / multiple * multiple }
      shape.extent = Extent(
        depth: dimensions == 2 ? 1 : fitted(extent.depth), height: fitted(extent.height),
        width: fitted(dimensions == 2 && unet.depth > 2 ? 2 * extent.width : extent.width))
    }

    static let all = plain + variants
    private static let plain = [
      Configuration(
        dimensions: 2, base: 3, depth: 1, classes: 2, batch: 2, channels: 1, extent: Extent(height: 10, width: 14)),
      Configuration(
        dimensions: 2, base: 4, depth: 2, classes: 3, batch: 2, channels: 2, extent: Extent(height: 16, width: 12)),
      Configuration(
        dimensions: 3, base: 2, depth: 1, classes: 2, batch: 2, channels: 1,
        extent: Extent(depth: 4, height: 6, width: 8)),
      Configuration(
        dimensions: 3, base: 2, depth: 2, classes: 3, batch: 2, channels: 1,
        extent: Extent(depth: 8, height: 12, width: 12)),
    ]
    /// Apart, since it predicts otherwise than it trains.
    static let dropping = Configuration(dimensions: 2, base: 8, depth: 2, extent: Extent(height: 12, width: 16)) {
      $0.dropout = 0.25
    }
    static let batchNormalised = Configuration(
      dimensions: 2, base: 4, depth: 1, classes: 2, batch: 3, channels: 1, extent: Extent(height: 10, width: 14),
      normalisation: .batch)
    /// With the predictions of three resolutions.
    static let supervised = Configuration(dimensions: 2, base: 2, depth: 4, extent: Extent(height: 32, width: 48)) {
      $0.hasDeepSupervision = true
    }
    /// With many layers together, in 3-D. Apart, since so deep a network bends the loss within a step of the gradient check;
    /// its gradients are compared with PyTorch's.
    static let combined = Configuration(
      dimensions: 3, base: 4, depth: 3, extent: Extent(depth: 16, height: 16, width: 16)
    ) {
      ($0.normalisation, $0.groups, $0.activation, $0.upsampling) = (.group, 4, .prelu, .linear)
      ($0.residual, $0.downsampling, $0.hasDeepSupervision) = (.encoder, .stridedConvolution, true)
    }
    /// Of so many pixels that every kernel works in several blocks.
    static let large = Configuration(
      dimensions: 2, base: 8, depth: 2, classes: 2, batch: 3, channels: 1, extent: Extent(height: 92, width: 100))
  }

  init(
    _ configuration: Configuration, workers: Int = 2, loss terms: LossTerms = LossTerms(CrossEntropyConfiguration()),
    isTrainable: @escaping (String) -> Bool = { _ in true }
  ) throws {
    network = try configuration.unet.network()
    weights = ParameterBuffer(network.layout)
    gradients = ParameterBuffer(network.layout)
    firstMoments = ParameterBuffer(network.layout)
    secondMoments = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 5, stage: "networks tests")
    execution = try Execution(
      network, parameters: weights, input: configuration.shape,
      purpose: .training(gradients: gradients, isTrainable: isTrainable), workers: workers)
    loss = OutputLosses(terms.weighted(by: .test(classes: configuration.unet.classes)), of: execution)
    input = normalFloats(configuration.shape.count, "input")
    targets = TargetBuffer(classes: Self.labels(of: input, configuration))
    self.workers = workers
    activation = configuration.unet.activation
  }

  private let input: [Float]

  /// Classes that can be learnt: by the brightness of a pixel and its neighbour. Some pixels are ignored.
  private static func labels(of input: [Float], _ configuration: Configuration) -> [UInt8] {
    let (channels, classes) = (configuration.shape.channels, configuration.unet.classes)
    return (0..<configuration.shape.pixels).map { pixel in
      guard pixel % 11 != 3 else { return Target.ignored }
      let brightness = input[pixel * channels] + input[(pixel ^ 1) * channels]
      return UInt8(max(0, min(Float(classes - 1), (brightness + Float(classes) / 2).rounded(.down))))
    }
  }

  /// The mean loss of a forward pass; leaves its gradient in the execution.
  @discardableResult func forward() -> Double {
    _ = execution.input.values.update(from: input)
    execution.forward()
    return loss(target: targets.all, workers: workers).mean ?? .nan
  }

  /// Moves every normalisation's output so far that hardly any lies at the kink of the rectifier behind it: above, or
  /// where the rectifier leaks, below in every other channel.
  func keepAwayFromKinks() {
    for entry in network.layout.entries where entry.parameter.name.hasSuffix(".shift") {
      for channel in weights[entry].indices {
        weights[entry][channel] = channel % 2 == 1 && activation != .relu ? -4 : 4
      }
    }
  }

  /// One step of Adam; returns the loss before it.
  @discardableResult func train(learningRate: Float = 1e-2, epsilon: Float = 1e-8) -> Double {
    let loss = forward()
    execution.backward()
    step += 1
    updateByAdam(
      weights.values, gradients: gradients.values, moments: (firstMoments.values, secondMoments.values),
      learningRate: learningRate, epsilon: epsilon, step: step, workers: workers)
    return loss
  }
}

extension UNetConfiguration {
  /// The default configuration with one value changed: each choice, and each flag. Batch normalisation is left out, since it
  /// predicts otherwise than it trains, and none, which has no shift that keeps activations away from the kinks.
  static let variations: [UNetConfiguration] = keys.flatMap { key -> [UNetConfiguration] in
    var changed = UNetConfiguration()
    switch key.kind {
    case .flag(let place):
      changed[keyPath: place].toggle()
      return [changed]
    case .choice(let choice):
      return choice.values.filter { $0 != choice.get(changed) && !["batch", "none"].contains($0) }.map { value in
        choice.set(&changed, value)
        return changed
      }
    case .count, .number, .optionalCount, .optionalNumber, .classWeights, .optionalLevels: return []
    }
  }

  /// The same for images and a size of network as another configuration has them; larger, where it would contradict itself.
  func with(_ other: UNetConfiguration) -> UNetConfiguration {
    var result = self
    (result.dimensions, result.inputChannels, result.classes) = (other.dimensions, other.inputChannels, other.classes)
    for (depth, base) in [(other.depth, other.baseChannels), (other.depth, 8), (3, other.baseChannels)] {
      (result.depth, result.baseChannels) = (depth, base)
      if result.contradictions.isEmpty { break }
    }
    return result
  }
}

/// One step of Adam on arrays of one length, with the usual decays of the moments.
func updateByAdam(
  _ weights: UnsafeMutableBufferPointer<Float>, gradients: UnsafeMutableBufferPointer<Float>,
  moments: (first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>),
  learningRate: Float, epsilon: Float, step: Int, workers: Int = 2
) {
  var adam = ck_adam(
    learning_rate: learningRate, beta1: 0.9, beta2: 0.999, epsilon: epsilon, is_decay_decoupled: false, step: step)
  var arrays = ck_parameter(
    gradient: gradients.baseAddress, weights: weights.baseAddress, first: moments.first.baseAddress,
    second: moments.second.baseAddress, count: weights.count, decay: 0)
  ck_adam_update(&adam, &arrays, Int32(workers))
}
