import Foundation
import Volumes

/// The ranges of a Gaussian blur.
public struct BlurRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "blur"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
    RangeParameter("sigma", .lengthInterval(\.sigma)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The Gaussian's standard deviation, drawn for each channel and axis.
  public var sigma = LengthInterval(0.5...1, .pixels)

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Blur {
    Blur(
      sigmas: draw.perChannel(channels, probability: channelProbability) { draw in
        var voxels = SIMD3<Double>.zero
        for axis in 0..<3 {
          let length = sigma.length(draw.number(in: sigma.bounds))
          voxels[axis] = length.along(axis, of: grid) / grid.spacing[axis]
        }
        return voxels
      })
  }
}

/// Convolves each channel with a Gaussian, along one axis after another; borders are mirrored, the edge not repeated.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2, and batchgeneratorsv2 0.3.6: the
/// kernel is cut off at floor(3 sigma + 0.25) voxels.
public struct Blur: IntensityTransform {
  /// The standard deviation along i, j and k for each channel, in voxels, nil for none; those beyond begin again with the first.
  public var sigmas: [SIMD3<Double>?]

  /// Makes a change of what is stated.
  public init(sigmas: [SIMD3<Double>?]) { self.sigmas = sigmas }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    for channel in 0..<window.channels {
      guard let sigma = sigmas[channel: channel] else { continue }
      window.withChannel(channel) { values in
        for axis in (0..<3).reversed() { window.blur(values, along: axis, sigma: sigma[axis]) }
      }
    }
  }

  /// The change in a phrase.
  public var description: String {
    let texts = sigmas.map { sigma in
      guard let sigma else { return "-" }
      let isRound = sigma.min() == sigma.max()
      return isRound
        ? String(format: "%.2f", sigma.x) : String(format: "(%.2f, %.2f, %.2f)", sigma.x, sigma.y, sigma.z)
    }
    return "blur " + texts.joined(separator: ", ") + " voxels"
  }
}
