/// The part of a network that judges whole scans: what follows the features, up to the classes or numbers of a scan.
public struct ScanHead: Hashable, Sendable, Codable {
  /// What makes the features.
  public enum Body: Hashable, Sendable, Codable {
    /// The encoder of a U-Net.
    case encoder
    /// Convolutions of 5x5(x5) with an activation and mean pooling of 2x2(x2), of these channels.
    /// Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 86(11), 1998.
    case lenet(channels: [Int])
    /// Nothing: the voxels themselves. Without hidden layers this is a perceptron.
    case voxels
  }

  /// How the features of all pixels become those of the scan.
  public enum Pooling: String, CaseIterable, Hashable, Sendable, Codable {
    /// Their mean; the scan may have any size.
    case mean
    /// One after the other; each scan must have the size of the training's.
    case flatten
  }

  /// The activation behind each hidden dense layer.
  public enum Activation: String, CaseIterable, Hashable, Sendable, Codable {
    /// max(0, x).
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + exp(-x)).
    case sigmoid
  }

  /// What makes the features.
  public var body: Body
  /// How they become those of the scan.
  public var pooling: Pooling
  /// The numbers of outputs of hidden dense layers; may be empty.
  public var hidden: [Int]
  /// The activation behind each.
  public var activation: Activation
  /// The share of activations that is dropped in training behind each hidden layer.
  public var dropout: Double
  /// The numbers that come out: classes, or 1 for a number.
  public var outputs: Int
  /// With `flatten`: the extent of the input.
  public var window: Extent?

  /// Makes a head.
  public init(
    body: Body, pooling: Pooling, hidden: [Int], activation: Activation = .relu, dropout: Double = 0, outputs: Int,
    window: Extent? = nil
  ) {
    (self.body, self.pooling, self.hidden, self.activation) = (body, pooling, hidden, activation)
    (self.dropout, self.outputs, self.window) = (dropout, outputs, window)
  }
}

extension UNetBuilder {
  /// A network that judges a whole scan.
  ///
  /// - Throws: `NetworkError.configuration` where features are flattened and nothing says how many there are.
  mutating func buildScan(_ head: ScanHead) throws -> Network {
    let (features, step) = appendBody(head)
    try appendScanHead(head, features: features, step: step)
    return network(extentMultiple: step)
  }

  /// What follows the features; its output is called `scan`.
  ///
  /// - Parameter step: The distance of the features in pixels of the input.
  /// - Throws: As `buildScan`.
  mutating func appendScanHead(_ head: ScanHead, features: (value: Int, channels: Int), step: Extent) throws {
    var (value, channels) = features
    if head.pooling == .mean {
      value = append("scan.pooling", GlobalPooling(), [value])
    } else {
      guard let window = head.window else {
        throw NetworkError.configuration(key: "window", expected: "the extent of the input", found: "none")
      }
      value = append("scan.flatten", Reshape(kind: .flatten), [value])
      channels *= window.count / step.count
    }
    for (index, filters) in head.hidden.enumerated() {
      let name = "scan.hidden\(index + 1)"
      value = appendDense(name, value, channels: channels, filters: filters, head.activation)
      channels = filters
      if head.dropout > 0 {
        value = append("\(name).dropout", Dropout(rate: head.dropout, operation: "dropout \(name)"), [value])
      }
    }
    let last = Convolution(
      channels: [channels], filters: head.outputs, kernel: unit, hasBias: true, rectifierSlope: nil)
    outputs.append(Network.Output(name: Network.scanOutput, value: append("scan.convolution", last, [value])))
  }

  /// A network whose outputs are its features: the maps of each resolution of an encoder, or the last ones of a LeNet.
  ///
  /// - Throws: `NetworkError.configuration` where there are none but the voxels themselves.
  mutating func buildFeatures(_ head: ScanHead?) throws -> Network {
    switch head?.body ?? .encoder {
    case .voxels:
      throw NetworkError.configuration(
        key: "kind", expected: "a network with an encoder, or lenet", found: "perceptron")
    case .lenet:
      let (features, step) = appendBody(head ?? ScanHead(body: .encoder, pooling: .mean, hidden: [], outputs: 1))
      outputs.append(Network.Output(name: "features", value: features.value))
      return network(extentMultiple: step)
    case .encoder:
      let encoded = appendEncoder()
      let levels = encoded.skips + [encoded.value]
      for (level, value) in levels.enumerated().reversed() {
        outputs.append(Network.Output(name: "level\(level)", value: value, step: configuration.step(at: level)))
      }
      return network()
    }
  }

  /// The features of a scan and their channels, and what an input's extent must be a multiple of.
  private mutating func appendBody(_ head: ScanHead) -> (features: (value: Int, channels: Int), step: Extent) {
    switch head.body {
    case .encoder:
      let encoded = appendEncoder()
      return ((encoded.value, encoded.channels), configuration.step(at: configuration.depth))
    case .voxels: return ((0, configuration.inputChannels), unit)
    case .lenet(let channels):
      var (value, filters, step) = (0, configuration.inputChannels, 1)
      let isVolume = configuration.dimensions == 3
      let half = Extent(depth: isVolume ? 2 : 1, height: 2, width: 2)
      for (index, count) in channels.enumerated() {
        let name = "lenet.\(index)"
        let kernel = Extent(depth: isVolume ? 5 : 1, height: 5, width: 5)
        value = appendDense(name, value, channels: filters, filters: count, head.activation, kernel: kernel)
        value = append("\(name).pooling", Pooling(kind: .mean, window: half), [value])
        (filters, step) = (count, 2 * step)
      }
      return ((value, filters), Extent(depth: isVolume ? step : 1, height: step, width: step))
    }
  }

  /// A convolution without normalisation, of one pixel unless there is a kernel, and an activation.
  private mutating func appendDense(
    _ name: String, _ value: Int, channels: Int, filters: Int, _ activation: ScanHead.Activation,
    kernel: Extent = Extent(height: 1, width: 1)
  ) -> Int {
    let isRectified = activation == .relu
    let convolution = Convolution(
      channels: [channels], filters: filters, kernel: kernel, hasBias: true,
      rectifierSlope: isRectified ? 0 : nil)
    if isRectified {
      let block = ConvolutionBlock(
        index: 1, convolution: convolution, normalisation: .none, groups: 1, activation: .relu)
      return append(name, block, [value])
    }
    let linear = append("\(name).convolution1", convolution, [value])
    return append(
      "\(name).activation", Squashing(function: activation == .tanh ? .tanh : .sigmoid), [linear])
  }
}
