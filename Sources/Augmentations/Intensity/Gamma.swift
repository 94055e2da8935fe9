import Volumes

/// The ranges of a gamma curve.
public typealias GammaRanges = GammaCurveRanges<PlainImage>
/// The ranges of a gamma curve of the inverted image.
public typealias InvertedGammaRanges = GammaCurveRanges<InvertedImage>

/// What a gamma curve is of.
public protocol GammaImage: Hashable, Sendable {
  /// The kind's key in pipeline files.
  static var name: String { get }
  /// Whether the image is negated before, and after.
  static var isInverted: Bool { get }
}

/// The image as it is.
public enum PlainImage: GammaImage {
  /// The kind's key in pipeline files.
  public static let name = "gamma"
  /// Whether the image is negated before, and after.
  public static let isInverted = false
}

/// The image's negative.
public enum InvertedImage: GammaImage {
  /// The kind's key in pipeline files.
  public static let name = "inverted_gamma"
  /// Whether the image is negated before, and after.
  public static let isInverted = true
}

/// The ranges of a gamma curve of an image or of its negative.
public struct GammaCurveRanges<Image: GammaImage>: IntensityRanges {
  /// The kind's key in pipeline files.
  public static var name: String { Image.name }
  /// What the kind is configured by.
  public static var parameters: [RangeParameter<Self>] {
    [
      .probability(\.probability),
      RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
      RangeParameter("exponent", .interval(\.exponent, within: 0.01...100)),
    ]
  }

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The exponents; below 1 as often as above, where 1 is among them.
  public var exponent: ClosedRange<Double> = 0.7...1.5

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Gamma {
    let exponents = draw.perChannel(channels, probability: channelProbability) { $0.balancedFactor(in: exponent) }
    return Gamma(exponents: exponents, isInverted: Image.isInverted)
  }
}

/// Raises the values of each channel, as shares of its range, to a power, and then gives them the mean and the standard
/// deviation that they had. A channel without a range stays as it is.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2, and batchgeneratorsv2 0.3.6.
public struct Gamma: IntensityTransform {
  /// An exponent for each channel, nil to leave it as it is; those beyond begin again with the first.
  public var exponents: [Double?]
  /// Whether the image is negated before, and after.
  public var isInverted: Bool

  /// Makes a change of what is stated.
  public init(exponents: [Double?], isInverted: Bool) { (self.exponents, self.isInverted) = (exponents, isInverted) }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let before = window.statistics()
    let after = window.bend { channel in
      let own = before[channel]
      guard let exponent = exponents[channel: channel], !own.isConstant else { return nil }
      let range = own.maximum - own.minimum
      return isInverted ? (own.maximum, -range, Float(exponent)) : (own.minimum, range, Float(exponent))
    }
    window.scale { channel in
      let (own, bent) = (before[channel], after[channel])
      let isChanged = exponents[channel: channel] != nil && !own.isConstant
      let factor = isChanged ? own.standardDeviation / max(bent.standardDeviation, 1e-7) : 1
      let shift = isChanged ? own.mean - factor * bent.mean : 0
      return (Float(factor), Float(shift), -Float.infinity...Float.infinity)
    }
  }

  /// The change in a phrase.
  public var description: String { (isInverted ? "inverted gamma " : "gamma ") + exponents.text("%.2f") }
}
