import Foundation
import Volumes

/// The noise of magnitude images of magnetic resonance: the signal, a channel's least value counting as none, becomes the
/// magnitude of a complex number with normally distributed noise in both of its parts. Constant channels are without
/// signal, and become noise as well.
///
/// Source: Gudbjartsson and Patz, Magnetic Resonance in Medicine 34, 1995.
public struct RicianNoise: NoiseTransform {
  /// The kind's key in pipeline files.
  public static let name = "rician_noise"
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
  public var description: String { String(format: "Rician noise, SD %.3f", standardDeviation) }
}
