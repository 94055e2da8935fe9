import Foundation
import Volumes

/// The ranges of Gaussian noise.
public typealias NoiseRanges = NoiseDeviationRanges<Noise>
/// The ranges of Rician noise.
public typealias RicianNoiseRanges = NoiseDeviationRanges<RicianNoise>

/// A noise of so large a standard deviation.
public protocol NoiseTransform: IntensityTransform {
  /// The kind's key in pipeline files.
  static var name: String { get }
  /// Makes the noise.
  ///
  /// - Parameters:
  ///   - standardDeviation: In that of the normalised image.
  ///   - seed: What the noise is a function of, together with a value's place.
  init(standardDeviation: Double, seed: UInt64)
}

/// The ranges of a kind of noise.
public struct NoiseDeviationRanges<Drawn: NoiseTransform>: IntensityRanges {
  /// The kind's key in pipeline files.
  public static var name: String { Drawn.name }
  /// What the kind is configured by.
  public static var parameters: [RangeParameter<Self>] {
    [
      .probability(\.probability),
      RangeParameter("standard_deviation", .interval(\.standardDeviation, within: 0...10)),
    ]
  }

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The noise's standard deviations, in that of the normalised image.
  public var standardDeviation: ClosedRange<Double> = 0...0.1

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Drawn {
    Drawn(standardDeviation: draw.number(in: standardDeviation), seed: draw.seed())
  }
}

/// Adds normally distributed noise of mean 0 to each value, independent of all others.
///
/// Source: nnU-Net (Isensee et al., Nature Methods 18, 2021), supplementary note 2; what it calls the variance, it uses
/// as the standard deviation.
public struct Noise: NoiseTransform {
  /// The kind's key in pipeline files.
  public static let name = "noise"
  /// The noise's standard deviation, of all channels.
  public var standardDeviation: Double
  /// What the noise is a function of, together with a value's place.
  public var seed: UInt64

  /// Makes a change of what is stated.
  public init(standardDeviation: Double, seed: UInt64) {
    (self.standardDeviation, self.seed) = (standardDeviation, seed)
  }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) { window.addNoise(standardDeviation: standardDeviation, seed: seed) }

  /// The change in a phrase.
  public var description: String { String(format: "noise, SD %.3f", standardDeviation) }
}
