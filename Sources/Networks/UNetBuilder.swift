/// Joins the layers of a U-Net.
struct UNetBuilder {
  let configuration: UNetConfiguration
  var nodes: [Network.Node] = []
  /// The lowest resolution first.
  var outputs: [Network.Output] = []

  init(_ configuration: UNetConfiguration) { self.configuration = configuration }

  private var isVolumetric: Bool { configuration.dimensions == 3 }
  private var kernel: Extent { Extent(depth: isVolumetric ? 3 : 1, height: 3, width: 3) }
  private var halving: Extent { Extent(depth: isVolumetric ? 2 : 1, height: 2, width: 2) }
  private let unit = Extent(height: 1, width: 1)
  private func channels(at level: Int) -> Int { configuration.baseChannels << level }

  /// Nil, where the next convolution halves the resolution.
  private var pooling: (any Layer)? {
    switch configuration.downsampling {
    case .maxPooling: Pooling(kind: .maximum, window: halving)
    case .meanPooling: Pooling(kind: .mean, window: halving)
    case .antialiasedMaxPooling: AntialiasedPooling(halvesDepth: isVolumetric)
    case .stridedConvolution: nil
    }
  }

  mutating func build() -> Network {
    var value = 0
    var channels = configuration.inputChannels
    var skips: [Int] = []
    for level in 0...configuration.depth {
      let name = "\(UNetPart.encoder.rawValue).\(level)"
      let stride = level > 0 && pooling == nil ? halving : unit
      let block = appendBlock(
        name, inputs: [(value, channels)], level: level, stride: stride,
        isResidual: configuration.residual != .none)
      value = appendDropout(name, block, level: level)
      channels = self.channels(at: level)
      guard level < configuration.depth else { break }
      skips.append(value)
      if let pooling { value = append("\(name).pooling", pooling, [value]) }
    }
    for level in (0..<configuration.depth).reversed() {
      let name = "\(UNetPart.decoder.rawValue).\(level)"
      let filters = self.channels(at: level)
      let upsampled = appendUpsampling("\(name).upsampling", of: (value, channels), filters: filters)
      let block = appendBlock(
        name, inputs: [upsampled, (skips[level], filters)], level: level, stride: unit,
        isResidual: configuration.residual == .all)
      value = appendDropout(name, block, level: level)
      channels = filters
      if level == 0 || supervisedLevels.contains(level) { appendHead(level: level, of: (value, channels)) }
    }
    let multiple = 1 << configuration.depth
    return Network(
      inputChannels: configuration.inputChannels,
      extentMultiple: Extent(depth: isVolumetric ? multiple : 1, height: multiple, width: multiple), nodes: nodes,
      outputs: outputs.reversed())
  }

  /// The levels below the full resolution whose predictions the loss counts: not the lowest of the decoder, as in nnU-Net.
  /// Source: Lee et al., "Deeply-Supervised Nets", AISTATS 2015; Isensee et al., "nnU-Net", Nature Methods 18, 2021.
  private var supervisedLevels: Range<Int> {
    configuration.hasDeepSupervision ? 1..<configuration.depth - 1 : 1..<1
  }

  /// A 1x1 convolution to the classes; its loss has a weight that halves with each level.
  private mutating func appendHead(level: Int, of input: (value: Int, channels: Int)) {
    let suffix = level == 0 ? "" : ".\(level)"
    let convolution = Convolution(
      channels: [input.channels], filters: configuration.classes, kernel: unit, hasBias: true, rectifierSlope: nil)
    let logits = append("\(UNetPart.head.rawValue)\(suffix).convolution", convolution, [input.value])
    let step = 1 << level
    let sum = ([0] + supervisedLevels).reduce(0) { $0 + 1 / Double(1 << $1) }
    outputs.append(
      Network.Output(
        name: "logits\(suffix)", value: logits,
        step: Extent(depth: isVolumetric ? step : 1, height: step, width: step), weight: 1 / Double(step) / sum))
  }

  private mutating func append(_ name: String, _ layer: any Layer, _ inputs: [Int]) -> Int {
    nodes.append(Network.Node(name: name, layer: layer, inputs: inputs))
    return nodes.count
  }

  /// Transposed convolutions halve the channels; interpolation leaves that to the convolution behind it.
  private mutating func appendUpsampling(
    _ name: String, of input: (value: Int, channels: Int), filters: Int
  ) -> (value: Int, channels: Int) {
    switch configuration.upsampling {
    case .transposed:
      let layer = TransposedConvolution(channels: input.channels, filters: filters, stride: halving)
      return (append(name, layer, [input.value]), filters)
    case .linear: return (append(name, LinearUpsampling(factor: halving), [input.value]), input.channels)
    }
  }

  /// Two convolutions with normalisation and activation; in a residual network the second activation follows the sum
  /// with the shortcut.
  private mutating func appendBlock(
    _ name: String, inputs: [(value: Int, channels: Int)], level: Int, stride: Extent, isResidual: Bool
  ) -> Int {
    let filters = channels(at: level)
    let activation = fusedActivation
    let first = appendConvolution(name, 1, inputs, kernel: kernel, stride: stride, filters: filters, activation)
    let middle = appendLearntActivation("\(name).activation1", first, channels: filters)
    let last = isResidual ? nil : activation
    let value = appendConvolution(name, 2, [(middle, filters)], kernel: kernel, filters: filters, last)
    guard isResidual else {
      return appendLearntActivation("\(name).activation2", value, channels: filters)
    }
    let shortcut = appendShortcut("\(name).shortcut", inputs, filters: filters, stride: stride)
    let sum = append("\(name).sum", ResidualSum(activation: activation), [value, shortcut])
    return appendLearntActivation("\(name).activation2", sum, channels: filters)
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
