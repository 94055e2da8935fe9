import Foundation
import Randomness

/// A smooth random function of space: plane waves of random direction, wavelength and phase.
struct SmoothField: Sendable {
  private struct Wave {
    var frequency: SIMD3<Double>
    var phase: Double
  }

  private let waves: [Wave]
  private let waveAmplitude: Double

  /// Draws a field of `waves` waves whose values have a mean of 0 and the given standard deviation.
  ///
  /// - Parameter wavelengths: the range of the wavelengths, in the unit of the coordinates.
  /// - Parameter planar: whether every wave runs in the plane of x and y.
  init(
    waves count: Int, wavelengths: ClosedRange<Double>, standardDeviation: Double, planar: Bool = false,
    using generator: inout PhiloxGenerator
  ) {
    waves = (0..<count).map { _ in
      let azimuth = generator.uniform(in: 0...(2 * .pi))
      let height = planar ? 0 : generator.uniform(in: -1...1)
      let radius = (1 - height * height).squareRoot()
      let direction = SIMD3(radius * cos(azimuth), radius * sin(azimuth), height)
      let wavelength = generator.uniform(in: wavelengths)
      return Wave(frequency: direction * (2 * .pi / wavelength), phase: generator.uniform(in: 0...(2 * .pi)))
    }
    waveAmplitude = standardDeviation * (2 / Double(count)).squareRoot()
  }

  /// The value at a point; its size is at most the standard deviation times the square root of twice the waves.
  func callAsFunction(_ point: SIMD3<Double>) -> Double {
    var sum = 0.0
    for wave in waves { sum += sin((wave.frequency * point).sum() + wave.phase) }
    return waveAmplitude * sum
  }
}
