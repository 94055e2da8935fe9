import Foundation
import Volumes

/// The ranges of Rician noise.
public struct RicianNoiseRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "rician_noise"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("standard_deviation", .interval(\.standardDeviation, within: 0...10)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The standard deviation of the noise in either part of the complex signal, in that of the normalised image.
  public var standardDeviation: ClosedRange<Double> = 0...0.1

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> RicianNoise {
    RicianNoise(standardDeviation: draw.number(in: standardDeviation), seed: draw.seed())
  }
}

/// The noise of magnitude images of magnetic resonance: the signal, a channel's least value counting as none, becomes the
/// magnitude of a complex number with normally distributed noise in both of its parts. Constant channels are without
/// signal, and become noise as well.
///
/// Source: Gudbjartsson and Patz, Magnetic Resonance in Medicine 34, 1995.
public struct RicianNoise: IntensityTransform {
  /// The standard deviation of the noise in either part, of all channels.
  public var standardDeviation: Double
  /// What the noise is a function of, together with a value's place.
  public var seed: UInt64

  /// Makes a change of what is stated.
  public init(standardDeviation: Double, seed: UInt64) {
    (self.standardDeviation, self.seed) = (standardDeviation, seed)
  }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let floors = window.statistics().map(\.minimum)
    window.addNoise(standardDeviation: standardDeviation, seed: seed, floors: floors)
  }

  /// The change in a phrase.
  public var description: String { String(format: "Rician noise of SD %.3f", standardDeviation) }
}
