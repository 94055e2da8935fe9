import Volumes

/// The ranges of a loss of channels.
public struct ChannelDropoutRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "channel_dropout"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is lost, once any are, 0...1; one always stays.
  public var channelProbability = 0.25

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> ChannelDropout {
    let kept = draw.index(below: channels)
    let lost = (0..<channels).map { _ in draw.happens(channelProbability) }
    return ChannelDropout(
      lost: (0..<channels).filter { lost[$0] && (lost.contains(false) || $0 != kept) }, channels: channels)
  }
}

/// Replaces channels by their mean; an image that would lose all, as one of a single channel, stays as it is.
public struct ChannelDropout: IntensityTransform {
  /// The channels that are lost, from 0.
  public var lost: [Int]
  /// The number of channels that they were drawn for; those beyond begin again with the first. Nil: all of the image.
  public var channels: Int?

  /// Makes a change of what is stated.
  public init(lost: [Int], channels: Int? = nil) { (self.lost, self.channels) = (lost, channels) }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let period = max(1, channels ?? window.channels)
    let lost = Set((0..<window.channels).filter { self.lost.contains($0 % period) })
    guard !lost.isEmpty, lost.count < window.channels else { return }
    let statistics = window.statistics()
    window.scale { channel in
      let mean = Float(statistics[channel].mean)
      return lost.contains(channel) ? (0, mean, mean...mean) : (1, 0, -Float.infinity...Float.infinity)
    }
  }

  /// The change in a phrase.
  public var description: String {
    lost.isEmpty ? "drop no channel" : "drop channel " + lost.map { "\($0)" }.joined(separator: ", ")
  }
}
