/// The shape of a U-Net.
///
/// Two 3x3(x3) convolutions, each with normalisation and activation, at each resolution; 2x2(x2) maximum pooling
/// down, 2x2(x2) transposed convolution or interpolation up, the encoder's output concatenated; a 1x1 convolution to the classes. Channels
/// double with each downsampling.
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, figure 1, with padded convolutions and normalisation.
public struct UNetConfiguration: Hashable, Sendable, Codable {
  /// 2 or 3.
  public var dimensions: Int
  /// Channels of the input; at least 1.
  public var inputChannels: Int
  /// Channels of the output, the background among them; 2...254.
  public var classes: Int
  /// Channels at the full resolution; at least 1.
  public var baseChannels: Int
  /// The number of downsamplings; 1...6.
  public var depth: Int
  /// The normalisation between each 3x3(x3) convolution and its activation.
  public var normalisation: NormalisationKind
  /// The activation after it.
  public var activation: Activation
  /// How the decoder doubles the resolution.
  public var upsampling: Upsampling
  /// Whether each pair of convolutions adds to its input, brought to its channels by a 1x1 convolution where it has others.
  public var isResidual: Bool
  /// The share of activations that is dropped in training behind each pair of convolutions of the two lowest resolutions;
  /// 0..<1.
  public var dropout: Double

  /// Makes a configuration; `network()` checks it.
  public init(
    dimensions: Int, inputChannels: Int, classes: Int, baseChannels: Int, depth: Int,
    normalisation: NormalisationKind = .instance, activation: Activation = .relu,
    upsampling: Upsampling = .transposed, isResidual: Bool = false, dropout: Double = 0
  ) {
    self.dimensions = dimensions
    self.inputChannels = inputChannels
    self.classes = classes
    self.baseChannels = baseChannels
    self.depth = depth
    self.normalisation = normalisation
    self.activation = activation
    self.upsampling = upsampling
    self.isResidual = isResidual
    self.dropout = dropout
  }

  enum CodingKeys: String, CodingKey {
    case dimensions, classes, depth, activation, upsampling, dropout
    case inputChannels = "input_channels"
    case baseChannels = "base_channels"
    case normalisation = "norm"
    case isResidual = "residual"
  }

  /// Reads a model card's network; what older cards do not know has the value that it had then.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    dimensions = try container.decode(Int.self, forKey: .dimensions)
    inputChannels = try container.decode(Int.self, forKey: .inputChannels)
    classes = try container.decode(Int.self, forKey: .classes)
    baseChannels = try container.decode(Int.self, forKey: .baseChannels)
    depth = try container.decode(Int.self, forKey: .depth)
    normalisation = try container.decode(NormalisationKind.self, forKey: .normalisation)
    activation = try container.decodeIfPresent(Activation.self, forKey: .activation) ?? .relu
    upsampling = try container.decodeIfPresent(Upsampling.self, forKey: .upsampling) ?? .transposed
    isResidual = try container.decodeIfPresent(Bool.self, forKey: .isResidual) ?? false
    dropout = try container.decodeIfPresent(Double.self, forKey: .dropout) ?? 0
  }

  /// The network's layers.
  ///
  /// - Throws: `NetworkError.configuration` where a number is out of its range.
  public func network() throws -> Network {
    try check("dimensions", dimensions, 2...3)
    try check("input channels", inputChannels, 1...1024)
    try check("classes", classes, 2...254)
    try check("base_channels", baseChannels, 1...1024)
    try check("depth", depth, 1...6)
    guard (0..<1).contains(dropout) else {
      throw NetworkError.configuration(key: "dropout", expected: "a number from 0 to below 1", found: "\(dropout)")
    }
    var builder = UNetBuilder(self)
    return builder.build()
  }

  private func check(_ key: String, _ value: Int, _ range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw NetworkError.configuration(
        key: key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }
}

/// How a U-Net's decoder doubles the resolution.
public enum Upsampling: String, CaseIterable, Hashable, Sendable, Codable {
  /// By 2x2(x2) transposed convolutions to half the channels.
  case transposed
  /// By bilinear or trilinear interpolation, which learns nothing and leaves no checkerboard.
  /// Source: Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", Distill, 2016.
  case linear
}

/// The parts of a U-Net, for transfer learning; the parameters of each begin with its name and a full stop.
public enum UNetPart: String, CaseIterable, Sendable, Codable {
  /// The way down, the lowest resolution included.
  case encoder
  /// The way up.
  case decoder
  /// The last 1x1 convolution.
  case head

  /// Whether a parameter belongs to this part.
  public func contains(_ parameterName: String) -> Bool { parameterName.hasPrefix(rawValue + ".") }
}

private struct UNetBuilder {
  let configuration: UNetConfiguration
  var nodes: [Network.Node] = []

  init(_ configuration: UNetConfiguration) { self.configuration = configuration }

  private var isVolumetric: Bool { configuration.dimensions == 3 }
  private var kernel: Extent { Extent(depth: isVolumetric ? 3 : 1, height: 3, width: 3) }
  private var halving: Extent { Extent(depth: isVolumetric ? 2 : 1, height: 2, width: 2) }
  private func channels(at level: Int) -> Int { configuration.baseChannels << level }

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
      value = append("\(name).pooling", MaxPooling(window: halving), [value])
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
