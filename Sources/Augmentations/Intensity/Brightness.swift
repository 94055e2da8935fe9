import Foundation
import Volumes

/// The ranges of a change of brightness.
public struct BrightnessRanges: IntensityRanges {
  public static let name = "brightness"
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("factor", .interval(\.factor, within: 0.01...100)),
  ]

  public var probability = 0.0
  /// The factors of all values of a channel; below 1 as often as above.
  public var factor: ClosedRange<Double> = 1...1

  public init() {}

  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Brightness {
    Brightness(factors: (0..<channels).map { _ in draw.balancedFactor(in: factor) })
  }
}

/// Multiplies the values of each channel.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2.
public struct Brightness: IntensityTransform {
  /// A factor for each channel; the last also for those beyond.
  public var factors: [Double]

  public func apply(to window: ImageWindow) {
    for channel in 0..<window.channels {
      let factor = Float(factors[min(channel, factors.count - 1)])
      for index in stride(from: channel, to: window.values.count, by: window.channels) {
        window.values[index] *= factor
      }
    }
  }

  public var description: String { "brightness x" + factors.map { String(format: "%.2f", $0) }.joined(separator: ", ") }
}
