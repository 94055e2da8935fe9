import Volumes

/// The ranges of a change of contrast.
public struct ContrastRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "contrast"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
    RangeParameter("factor", .interval(\.factor, within: 0...100)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The factors of all distances from a channel's mean; below 1 as often as above, where 1 is among them.
  public var factor: ClosedRange<Double> = 0.75...1.25

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Contrast {
    Contrast(
      factors: draw.perChannel(channels, probability: channelProbability) { $0.balancedFactor(in: factor) })
  }
}

/// Multiplies the distances from each channel's mean, and clamps the values to the range that they had.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2.
public struct Contrast: IntensityTransform {
  /// A factor for each channel, nil for 1; those beyond begin again with the first.
  public var factors: [Double?]

  /// Makes a change of what is stated.
  public init(factors: [Double?]) { self.factors = factors }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let statistics = window.statistics()
    window.scale { channel in
      guard let factor = factors[channel: channel] else { return (1, 0, -Float.infinity...Float.infinity) }
      let own = statistics[channel]
      return (Float(factor), Float(own.mean - factor * own.mean), own.minimum...own.maximum)
    }
  }

  /// The change in a phrase.
  public var description: String { "contrast x" + factors.text("%.2f") }
}
