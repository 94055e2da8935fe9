/// Joins the layers of a U-Net.
struct UNetBuilder {
  let configuration: UNetConfiguration
  var nodes: [Network.Node] = []

  init(_ configuration: UNetConfiguration) { self.configuration = configuration }

  private var isVolumetric: Bool { configuration.dimensions == 3 }
  private var kernel: Extent { Extent(depth: isVolumetric ? 3 : 1, height: 3, width: 3) }
  private var halving: Extent { Extent(depth: isVolumetric ? 2 : 1, height: 2, width: 2) }
  private func channels(at level: Int) -> Int { configuration.baseChannels << level }

  private var pooling: any Layer {
    switch configuration.downsampling {
    case .maxPooling: MaxPooling(window: halving)
    case .meanPooling: MeanPooling(window: halving)
    case .antialiasedMaxPooling: AntialiasedPooling(halvesDepth: isVolumetric)
    }
  }

  mutating func build() -> Network {
    var value = 0
    var channels = configuration.inputChannels
    var skips: [Int] = []
    for level in 0...configuration.depth {
      let name = "\(UNetPart.encoder.rawValue).\(level)"
      value = appendDropout(name, appendBlock(name, inputs: [(value, channels)], level: level), level: level)
      channels = self.channels(at: level)
      guard level < configuration.depth else { break }
      skips.append(value)
      value = append("\(name).pooling", pooling, [value])
    }
    for level in (0..<configuration.depth).reversed() {
      let name = "\(UNetPart.decoder.rawValue).\(level)"
      let filters = self.channels(at: level)
      let upsampled = appendUpsampling("\(name).upsampling", of: (value, channels), filters: filters)
      let block = appendBlock(name, inputs: [upsampled, (skips[level], filters)], level: level)
      value = appendDropout(name, block, level: level)
      channels = filters
    }
    let head = Convolution(
      channels: [channels], filters: configuration.classes, kernel: Extent(height: 1, width: 1), hasBias: true,
      rectifierSlope: nil)
    let logits = append("\(UNetPart.head.rawValue).convolution", head, [value])
    let multiple = 1 << configuration.depth
    return Network(
      inputChannels: configuration.inputChannels,
      extentMultiple: Extent(depth: isVolumetric ? multiple : 1, height: multiple, width: multiple), nodes: nodes,
      outputs: [Network.Output(name: "logits", value: logits)])
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
  private mutating func appendBlock(_ name: String, inputs: [(value: Int, channels: Int)], level: Int) -> Int {
    let filters = channels(at: level)
    let activation = configuration.activation
    let first = appendConvolution(name, 1, inputs, kernel: kernel, filters: filters, activation)
    let last = configuration.isResidual ? nil : activation
    let value = appendConvolution(name, 2, [(first, filters)], kernel: kernel, filters: filters, last)
    guard configuration.isResidual else { return value }
    let shortcut = appendShortcut("\(name).shortcut", inputs, filters: filters)
    return append("\(name).sum", ResidualSum(activation: activation), [value, shortcut])
  }

  private mutating func appendDropout(_ name: String, _ value: Int, level: Int) -> Int {
    guard configuration.dropout > 0, level >= configuration.depth - 1 else { return value }
    let layer = Dropout(rate: configuration.dropout, operation: "dropout \(name)")
    return append("\(name).dropout", layer, [value])
  }

  /// A block's input with the channels of its output.
  private mutating func appendShortcut(
    _ name: String, _ inputs: [(value: Int, channels: Int)], filters: Int
  ) -> Int {
    if inputs.count == 1, inputs[0].channels == filters { return inputs[0].value }
    return appendConvolution(name, 1, inputs, kernel: Extent(height: 1, width: 1), filters: filters, nil)
  }

  private mutating func appendConvolution(
    _ name: String, _ index: Int, _ inputs: [(value: Int, channels: Int)], kernel: Extent, filters: Int,
    _ activation: Activation?
  ) -> Int {
    let kind = configuration.normalisation
    let convolution = Convolution(
      channels: inputs.map(\.channels), filters: filters, kernel: kernel, hasBias: kind == .none,
      rectifierSlope: configuration.activation.slope)
    let block = ConvolutionBlock(index: index, convolution: convolution, normalisation: kind, activation: activation)
    return append(name, block, inputs.map(\.value))
  }
}
