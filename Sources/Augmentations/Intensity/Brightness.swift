import Volumes

/// The ranges of a change of brightness.
public struct BrightnessRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "brightness"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
    RangeParameter("factor", .interval(\.factor, within: 0.01...100)),
    RangeParameter("shift", .interval(\.shift, within: -100...100)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The factors of all values of a channel; below 1 as often as above, where 1 is among them.
  public var factor: ClosedRange<Double> = 0.75...1.25
  /// What is added to all values of a channel, in standard deviations of the normalised image.
  public var shift: ClosedRange<Double> = 0...0

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Brightness {
    let changes = draw.perChannel(channels, probability: channelProbability) { draw in
      (factor: draw.balancedFactor(in: factor), shift: draw.number(in: shift))
    }
    return Brightness(factors: changes.map { $0?.factor }, shifts: changes.map { $0?.shift })
  }
}

/// Multiplies the values of each channel, and adds to them.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2; it only multiplies.
public struct Brightness: IntensityTransform {
  /// A factor for each channel, nil for 1; those beyond begin again with the first.
  public var factors: [Double?]
  /// What is added to each channel, nil for nothing; those beyond begin again with the first.
  public var shifts: [Double?]

  /// Makes a change of what is stated.
  public init(factors: [Double?], shifts: [Double?] = []) { (self.factors, self.shifts) = (factors, shifts) }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    window.scale { channel in
      (Float(factors[channel: channel] ?? 1), Float(shifts[channel: channel] ?? 0), -Float.infinity...Float.infinity)
    }
  }

  /// The change in a phrase.
  public var description: String {
    "brightness x" + factors.text("%.2f") + (shifts.contains { $0 ?? 0 != 0 } ? " plus " + shifts.text("%.2f") : "")
  }
}
