import Configurations

/// The shape of a U-Net.
///
/// Two 3x3(x3) convolutions, each with normalisation and activation, at each resolution; 2x2(x2) pooling down, 2x2(x2)
/// transposed convolution or interpolation up, the encoder's output concatenated; a 1x1 convolution to the classes. Channels
/// double with each downsampling, up to a maximum. Along an axis whose voxels are much longer than those of the others,
/// kernels and poolings can be 1.
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, figure 1, with padded convolutions and normalisation.
public struct UNetConfiguration: Configuration {
  /// 2 or 3.
  public var dimensions = 2
  /// Channels of the input.
  public var inputChannels = 1
  /// Channels of the output, the background among them.
  public var classes = 2
  /// Channels at the full resolution.
  public var baseChannels = 32
  /// The most channels at any resolution; nil: they double with each downsampling.
  public var maxChannels: Int?
  /// The number of downsamplings.
  public var depth = 4
  /// The convolutions at each resolution, on the way down as on the way up.
  public var convolutions = Self.usualConvolutions
  /// Their kernels at each resolution, the full one first, each length odd; nil: 3 along each axis.
  public var kernels: [AxisLengths]?
  /// What each downsampling divides the extent by, 1 or 2 along each axis; nil: 2 along each axis.
  public var pooling: [AxisLengths]?
  /// The normalisation between each 3x3(x3) convolution and its activation.
  public var normalisation = NormalisationKind.instance
  /// With group normalisation: the groups that the channels at each resolution are divided into.
  public var groups = Self.usualGroups
  /// The activation after it.
  public var activation = Activation.relu
  /// How the decoder doubles the resolution.
  public var upsampling = Upsampling.transposed
  /// How the encoder halves it.
  public var downsampling = Downsampling.maxPooling
  /// Which pairs of convolutions add to their input, brought to their channels by a 1x1 convolution where it has others.
  public var residual = ResidualBlocks.none
  /// Whether the loss also counts predictions at lower resolutions, for which further heads are trained; in prediction they
  /// are not computed.
  public var hasDeepSupervision = false
  /// The share of activations that is dropped in training behind each pair of convolutions of the two lowest resolutions.
  public var dropout = 0.0

  /// What pipeline files and the data set determine.
  public static let keys: [ConfigurationKey<UNetConfiguration>] = [
    .count(
      "dimensions", \.dimensions, .within(2...3),
      "2: the network sees slices of volumes, or plane images; 3: it sees volumes, or patches of them"),
    .count("input_channels", \.inputChannels, .within(1...1024), isFromData: true, "channels of the images"),
    .count("classes", \.classes, .within(2...254), isFromData: true, "classes, with the background"),
    .count(
      "base_channels", \.baseChannels, .within(1...1024),
      "channels at full resolution; each downsampling doubles them. The default in 3-D is 16"),
    .optionalCount(
      "max_channels", \.maxChannels, .within(1...8192),
      "channels at any resolution are at most so many. The default in 3-D is 320"),
    .count(
      "depth", \.depth, .within(1...6),
      "number of downsamplings; in 3-D without `pooling`, at most so many: each needs an axis of 8 voxels"),
    .count(
      "convolutions", \.convolutions, .within(1...8), absent: usualConvolutions,
      "number of convolutions at each resolution, on the way down as on the way up"),
    .optionalLevels(
      "kernels", \.kernels, .within(1...7),
      "size of the convolutions' kernels at each resolution, the full one first. In 3-D the default suits the spacing, see below"
    ),
    .optionalLevels(
      "pooling", \.pooling, .within(1...2),
      "what each downsampling divides the resolution by. In 3-D the default suits the spacing"),
    .choice(
      "norm", \.normalisation,
      "`instance`: normalises each image; `batch`: normalises the batch, with running statistics in prediction; "
        + "`group`: normalises groups of channels of each image"),
    .count(
      "groups", \.groups, .within(1...1024), absent: usualGroups,
      "with `norm: group`: number of groups of channels; it must divide `base_channels`"),
    .choice(
      "activation", \.activation, absent: .relu,
      "activation function; below 0 `leaky_relu` has slope 0.01, and `prelu` one that is learnt for each channel"),
    .choice(
      "upsampling", \.upsampling, absent: .transposed, "upsampling by transposed convolutions or linear interpolation"),
    .choice(
      "downsampling", \.downsampling, absent: .maxPooling,
      "how the encoder halves the resolution: by the maximum or the mean of 2x2(x2) pixels, by a blurred maximum "
        + "that depends less on shifts, or by a stride of 2 of the next convolution (as nnU-Net)"),
    .choice(
      "residual", \.residual, absent: ResidualBlocks.none,
      "each block of two convolutions adds its input to its output (through a 1x1 convolution if the channels differ); "
        + "`encoder`: only the blocks of the encoder do"),
    .flag(
      "deep_supervision", \.hasDeepSupervision, absent: false,
      "the loss also counts predictions at 1/2, 1/4, ... of the resolution, weighted by 1/2, 1/4, ... (all but the "
        + "lowest of the decoder; the weights sum to 1); needs a `depth` of at least 3"),
    .number(
      "dropout", \.dropout, .atLeast(0, below: 1), absent: 0,
      "share of activations that is dropped in training at the two lowest resolutions"),
  ]

  private static let usualGroups = 8
  private static let usualConvolutions = 2

  /// Makes the default configuration.
  public init() {}

  /// Makes a configuration; `network()` checks it.
  public init(
    dimensions: Int, inputChannels: Int, classes: Int, baseChannels: Int, depth: Int,
    normalisation: NormalisationKind = .instance, activation: Activation = .relu,
    upsampling: Upsampling = .transposed, residual: ResidualBlocks = .none, dropout: Double = 0
  ) {
    self.dimensions = dimensions
    self.inputChannels = inputChannels
    self.classes = classes
    self.baseChannels = baseChannels
    self.depth = depth
    self.normalisation = normalisation
    self.activation = activation
    self.upsampling = upsampling
    self.residual = residual
    self.dropout = dropout
  }

  /// The network's layers.
  ///
  /// - Throws: `NetworkError.configuration` where a number is out of its range.
  public func network() throws -> Network { try network(for: .segmentation) }
}

/// How a U-Net's decoder doubles the resolution.
public enum Upsampling: String, CaseIterable, Hashable, Sendable, Codable {
  /// By 2x2(x2) transposed convolutions to half the channels.
  case transposed
  /// By bilinear or trilinear interpolation, which learns nothing and leaves no checkerboard.
  /// Source: Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", Distill, 2016.
  case linear
}

/// How a U-Net's encoder halves the resolution.
public enum Downsampling: String, CaseIterable, Hashable, Sendable, Codable {
  /// By the maximum of 2x2(x2) pixels.
  case maxPooling = "max_pooling"
  /// By their mean.
  case meanPooling = "mean_pooling"
  /// By the maximum of 2x2(x2) pixels at each pixel, blurred before every second one is kept.
  /// Source: Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019.
  case antialiasedMaxPooling = "antialiased_max_pooling"
  /// By a stride of 2 of the first convolution at each lower resolution.
  /// Source: Isensee et al., "nnU-Net", Nature Methods 18, 2021.
  case stridedConvolution = "strided_convolution"
}

/// Which blocks of a U-Net are residual.
public enum ResidualBlocks: String, CaseIterable, Hashable, Sendable, Codable {
  /// No block.
  case none = "false"
  /// Every block.
  /// Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
  case all = "true"
  /// Those of the encoder; the decoder is plain.
  /// Source: Isensee et al., "nnU-Net Revisited", MICCAI 2024.
  case encoder
}

/// The parts of a U-Net, for transfer learning; the parameters of each begin with its name and a full stop.
public enum UNetPart: String, CaseIterable, Sendable, Codable {
  /// The way down, the lowest resolution included.
  case encoder
  /// The way up.
  case decoder
  /// The last 1x1 convolution, and with deep supervision those at lower resolutions.
  case head

  /// Whether a parameter belongs to this part.
  public func contains(_ parameterName: String) -> Bool { parameterName.hasPrefix(rawValue + ".") }
}
