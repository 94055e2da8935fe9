import Volumes

/// The ranges of a loss of resolution.
public struct LowResolutionRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "low_resolution"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
    RangeParameter("scale", .interval(\.scale, within: 0.01...1)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The share of the samples along each axis that is kept, 0.01...1.
  public var scale: ClosedRange<Double> = 0.5...1
  /// A volume whose longest side has more than so many times the voxels that it has along its axis of the widest spacing
  /// keeps all samples along that axis.
  /// `AugmentationRanges.planarRatio` sets it.
  public var planarRatio = 3.0

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> LowResolution {
    let active = ActiveAxes(of: grid, planarRatio: planarRatio)
    return LowResolution(
      scales: draw.perChannel(channels, probability: channelProbability) { $0.number(in: scale) },
      axes: GridAxis.allCases.filter { active.axes.contains($0.index) })
  }
}

/// Keeps a share of each channel's samples along each axis, and interpolates linearly between them.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2, and batchgeneratorsv2 0.3.6: the
/// number of samples is rounded, halves to even; those kept are the nearest, without smoothing.
public struct LowResolution: IntensityTransform {
  /// The share of the samples that is kept along each of the axes, for each channel, nil for all; those beyond
  /// begin again with the first.
  public var scales: [Double?]
  /// The axes concerned.
  public var axes: [GridAxis]

  /// Makes a change of what is stated.
  public init(scales: [Double?], axes: [GridAxis]) { (self.scales, self.axes) = (scales, axes) }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    for channel in 0..<window.channels {
      guard let scale = scales[channel: channel] else { continue }
      window.withChannel(channel) { values in
        for axis in axes.map(\.index) {
          let kept = (Double(window.grid.counts[axis]) * scale).rounded(.toNearestOrEven)
          window.coarsen(values, along: axis, to: max(Int(kept), 1))
        }
      }
    }
  }

  /// The change in a phrase.
  public var description: String { "low resolution x" + scales.text("%.2f") }
}
