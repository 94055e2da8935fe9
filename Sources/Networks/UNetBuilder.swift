import Configurations

/// Joins the layers of a U-Net.
struct UNetBuilder {
  let configuration: UNetConfiguration
  var nodes: [Network.Node] = []
  /// The lowest resolution first.
  var outputs: [Network.Output] = []

  init(_ configuration: UNetConfiguration) { self.configuration = configuration }

  let unit = Extent(height: 1, width: 1)

  /// The layer that downsamples to a level, by the factors; nil where its first convolution does.
  private func pooling(by factors: Extent) -> (any Layer)? {
    switch configuration.downsampling {
    case .maxPooling: Pooling(kind: .maximum, window: factors)
    case .meanPooling: Pooling(kind: .mean, window: factors)
    case .antialiasedMaxPooling: AntialiasedPooling(halvesDepth: factors.depth == 2)
    case .stridedConvolution: nil
    }
  }

  mutating func build() -> Network {
    let encoded = appendEncoder()
    appendDecoder(of: encoded, outputChannels: configuration.classes)
    return network()
  }

  /// The whole U-Net, and a head that judges the scan by what its encoder makes.
  ///
  /// - Throws: As `buildScan`.
  mutating func buildShared(_ head: ScanHead) throws -> Network {
    let encoded = appendEncoder()
    // Before the decoder's, since the main output is the last one.
    try appendScanHead(
      head, features: (encoded.value, encoded.channels), step: configuration.step(at: configuration.depth))
    appendDecoder(of: encoded, outputChannels: configuration.classes)
    return network()
  }

  /// A network that gives its input back.
  mutating func buildReconstruction(hasSkips: Bool, bottleneck: Int?) -> Network {
    var encoded = appendEncoder()
    if !hasSkips { encoded.skips = [] }
    if let bottleneck {
      let narrow = Convolution(
        channels: [encoded.channels], filters: bottleneck, kernel: unit, hasBias: true, rectifierSlope: nil)
      encoded.value = append("bottleneck.convolution", narrow, [encoded.value])
      encoded.channels = bottleneck
    }
    appendDecoder(of: encoded, outputChannels: configuration.inputChannels)
    return network()
  }

  /// A network that tells the place of the second of two patches beside the first.
  mutating func buildRelativePatches() -> Network {
    let encoded = appendEncoder()
    let mean = append("pretext.pooling", GlobalPooling(), [encoded.value])
    let pair = append("pretext.pair", Reshape(kind: .join(2)), [mean])
    let hidden = appendDense("pretext.hidden", pair, channels: 2 * encoded.channels, filters: encoded.channels)
    let last = Convolution(
      channels: [encoded.channels], filters: configuration.neighbourCount, kernel: unit, hasBias: true,
      rectifierSlope: nil)
    outputs.append(Network.Output(name: "places", value: append("pretext.convolution", last, [hidden])))
    return network(imagesPerSample: 2)
  }

  /// A dense layer with a rectifier: a 1x1 convolution of images of one pixel.
  private mutating func appendDense(_ name: String, _ value: Int, channels: Int, filters: Int) -> Int {
    let convolution = Convolution(
      channels: [channels], filters: filters, kernel: unit, hasBias: true, rectifierSlope: Activation.relu.slope)
    let block = ConvolutionBlock(
      index: 1, convolution: convolution, normalisation: .none, groups: 1, activation: .relu)
    return append(name, block, [value])
  }

  func network(imagesPerSample: Int = 1, extentMultiple: Extent? = nil) -> Network {
    Network(
      inputChannels: configuration.inputChannels, imagesPerSample: imagesPerSample,
      extentMultiple: extentMultiple ?? configuration.step(at: configuration.depth), nodes: nodes,
      outputs: outputs.reversed())
  }

  /// What an encoder makes: the lowest resolution, and what skip connections pass on, the full resolution first.
  struct Encoded {
    var value: Int
    var channels: Int
    var skips: [Int]
  }

  mutating func appendEncoder() -> Encoded {
    var value = 0
    var channels = configuration.inputChannels
    var skips: [Int] = []
    for level in 0...configuration.depth {
      let name = "\(UNetPart.encoder.rawValue).\(level)"
      let isStrided = level > 0 && configuration.downsampling == .stridedConvolution
      let stride = isStrided ? configuration.factors(to: level) : unit
      let block = appendBlock(
        name, inputs: [(value, channels)], level: level, stride: stride,
        isResidual: configuration.residual != .none)
      value = appendDropout(name, block, level: level)
      channels = configuration.channels(at: level)
      guard level < configuration.depth else { break }
      skips.append(value)
      if let pooling = pooling(by: configuration.factors(to: level + 1)) {
        value = append("\(name).pooling", pooling, [value])
      }
    }
    return Encoded(value: value, channels: channels, skips: skips)
  }

  private mutating func appendDecoder(of encoded: Encoded, outputChannels: Int) {
    var (value, channels) = (encoded.value, encoded.channels)
    for level in (0..<configuration.depth).reversed() {
      let name = "\(UNetPart.decoder.rawValue).\(level)"
      let filters = configuration.channels(at: level)
      let upsampled = appendUpsampling("\(name).upsampling", to: level, of: (value, channels), filters: filters)
      let skip = encoded.skips.isEmpty ? [] : [(encoded.skips[level], filters)]
      let block = appendBlock(
        name, inputs: [upsampled] + skip, level: level, stride: unit, isResidual: configuration.residual == .all)
      value = appendDropout(name, block, level: level)
      channels = filters
      if level == 0 || supervisedLevels.contains(level) {
        appendHead(level: level, of: (value, channels), filters: outputChannels)
      }
    }
  }

  /// The levels below the full resolution whose predictions the loss counts: not the lowest of the decoder, as in nnU-Net.
  /// Source: Lee et al., "Deeply-Supervised Nets", AISTATS 2015; Isensee et al., "nnU-Net", Nature Methods 18, 2021.
  private var supervisedLevels: Range<Int> {
    configuration.hasDeepSupervision ? 1..<configuration.depth - 1 : 1..<1
  }

  /// A 1x1 convolution to the classes; its loss has a weight that halves with each level.
  private mutating func appendHead(level: Int, of input: (value: Int, channels: Int), filters: Int) {
    let suffix = level == 0 ? "" : ".\(level)"
    let convolution = Convolution(
      channels: [input.channels], filters: filters, kernel: unit, hasBias: true, rectifierSlope: nil)
    let logits = append("\(UNetPart.head.rawValue)\(suffix).convolution", convolution, [input.value])
    let sum = ([0] + supervisedLevels).reduce(0) { $0 + 1 / Double(1 << $1) }
    outputs.append(
      Network.Output(
        name: "logits\(suffix)", value: logits, step: configuration.step(at: level),
        weight: 1 / Double(1 << level) / sum, isForTraining: level > 0))
  }

  mutating func append(_ name: String, _ layer: any Layer, _ inputs: [Int]) -> Int {
    nodes.append(Network.Node(name: name, layer: layer, inputs: inputs))
    return nodes.count
  }

  /// Transposed convolutions halve the channels; interpolation leaves that to the convolution behind it.
  private mutating func appendUpsampling(
    _ name: String, to level: Int, of input: (value: Int, channels: Int), filters: Int
  ) -> (value: Int, channels: Int) {
    let factors = configuration.factors(to: level + 1)
    switch configuration.upsampling {
    case .transposed:
      let layer = TransposedConvolution(channels: input.channels, filters: filters, stride: factors)
      return (append(name, layer, [input.value]), filters)
    case .linear: return (append(name, LinearUpsampling(factor: factors), [input.value]), input.channels)
    }
  }

  /// Convolutions with normalisation and activation; in a residual network the last activation follows the sum with the
  /// shortcut.
  private mutating func appendBlock(
    _ name: String, inputs: [(value: Int, channels: Int)], level: Int, stride: Extent, isResidual: Bool
  ) -> Int {
    let filters = configuration.channels(at: level)
    let activation = fusedActivation
    let count = configuration.convolutions
    var (value, values) = (0, inputs)
    for index in 1...count {
      let fused = index == count && isResidual ? nil : activation
      value = appendConvolution(
        name, index, values, kernel: configuration.kernel(at: level), stride: index == 1 ? stride : unit,
        filters: filters, fused)
      if index < count || !isResidual {
        value = appendLearntActivation("\(name).activation\(index)", value, channels: filters)
      }
      values = [(value, filters)]
    }
    guard isResidual else { return value }
    let shortcut = appendShortcut("\(name).shortcut", inputs, filters: filters, stride: stride)
    let sum = append("\(name).sum", ResidualSum(activation: activation), [value, shortcut])
    return appendLearntActivation("\(name).activation\(count)", sum, channels: filters)
  }

  /// The activation that the layer before it computes as well; nil where it is learnt.
  private var fusedActivation: Activation? { configuration.activation == .prelu ? nil : configuration.activation }

  private mutating func appendLearntActivation(_ name: String, _ value: Int, channels: Int) -> Int {
    configuration.activation == .prelu ? append(name, PReLU(channels: channels), [value]) : value
  }

  private mutating func appendDropout(_ name: String, _ value: Int, level: Int) -> Int {
    guard configuration.dropout > 0, level >= configuration.depth - 1 else { return value }
    let layer = Dropout(rate: configuration.dropout, operation: "dropout \(name)")
    return append("\(name).dropout", layer, [value])
  }

  /// A block's input with the resolution and the channels of its output.
  /// Source: He et al., "Bag of Tricks for Image Classification", CVPR 2019, section 4 (ResNet-D): the mean, not every second
  /// pixel, where the block halves the resolution.
  private mutating func appendShortcut(
    _ name: String, _ inputs: [(value: Int, channels: Int)], filters: Int, stride: Extent
  ) -> Int {
    var inputs = inputs
    if stride != unit {
      inputs[0].value = append("\(name).pooling", Pooling(kind: .mean, window: stride), [inputs[0].value])
    }
    if inputs.count == 1, inputs[0].channels == filters { return inputs[0].value }
    return appendConvolution(name, 1, inputs, kernel: unit, filters: filters, nil)
  }

  private mutating func appendConvolution(
    _ name: String, _ index: Int, _ inputs: [(value: Int, channels: Int)], kernel: Extent,
    stride: Extent = Extent(height: 1, width: 1), filters: Int, _ activation: Activation?
  ) -> Int {
    let kind = configuration.normalisation
    let convolution = Convolution(
      channels: inputs.map(\.channels), filters: filters, kernel: kernel, stride: stride, hasBias: kind == .none,
      rectifierSlope: configuration.activation.slope)
    let block = ConvolutionBlock(
      index: index, convolution: convolution, normalisation: kind, groups: configuration.groups, activation: activation)
    return append(name, block, inputs.map(\.value))
  }
}

extension UNetConfiguration {
  /// The channels at a resolution, 0 the full one.
  func channels(at level: Int) -> Int { min(baseChannels << level, maxChannels ?? .max) }

  /// The kernel of the convolutions at a resolution.
  func kernel(at level: Int) -> Extent {
    kernels.map { Extent($0[level]) } ?? Extent(depth: dimensions == 3 ? 3 : 1, height: 3, width: 3)
  }

  /// What the resolution is divided by on the way down to a level from the one above it.
  func factors(to level: Int) -> Extent {
    pooling.map { Extent($0[level - 1]) } ?? Extent(depth: dimensions == 3 ? 2 : 1, height: 2, width: 2)
  }

  /// The distance of a level's pixels in pixels of the full resolution.
  func step(at level: Int) -> Extent {
    (1..<level + 1).map(factors(to:)).reduce(Extent(height: 1, width: 1)) { step, factors in
      Extent(
        depth: step.depth * factors.depth, height: step.height * factors.height, width: step.width * factors.width)
    }
  }
}

extension Extent {
  /// The extent of lengths along the axes.
  public init(_ lengths: AxisLengths) { self.init(depth: lengths.depth, height: lengths.height, width: lengths.width) }
}
