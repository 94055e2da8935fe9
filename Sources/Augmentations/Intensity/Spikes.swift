import CKernels
import Foundation
import Volumes

/// The ranges of spikes in k-space.
public struct SpikesRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "spikes"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("spikes", .interval(\.spikes, within: 1...20)),
    RangeParameter("amplitude", .interval(\.amplitude, within: 0...10)),
    RangeParameter("frequency", .number(\.frequency, within: 0...0.5)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// How many spikes there are; whole numbers are drawn.
  public var spikes: ClosedRange<Double> = 1...2
  /// The amplitude of a spike's wave, in standard deviations of a channel.
  public var amplitude: ClosedRange<Double> = 0.1...0.5
  /// The highest frequency along each axis, either way, in waves a voxel: 0.5 is the edge of k-space.
  public var frequency = 0.4

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Spikes {
    Spikes(
      waves: (0..<draw.count(in: spikes)).map { _ in
        var cycles = SIMD3<Int>.zero
        for axis in 0..<3 {
          cycles[axis] = Int((Double(grid.counts[axis]) * frequency * (2 * draw.position() - 1)).rounded())
        }
        return Spikes.Wave(cycles: cycles, phase: 2 * .pi * draw.position(), amplitude: draw.number(in: amplitude))
      })
  }
}

/// Adds plane waves, which is what single wrong points of k-space make.
///
/// Source: TorchIO's RandomSpike (Pérez-García et al., 2021).
public struct Spikes: IntensityTransform {
  /// What a spike becomes.
  public struct Wave: Hashable, Sendable, Codable {
    /// How many waves the window is long along i, j and k.
    public var cycles: SIMD3<Int>
    /// The phase at the first voxel, in radians.
    public var phase: Double
    /// The amplitude, in standard deviations of a channel.
    public var amplitude: Double

    /// Makes a wave.
    public init(cycles: SIMD3<Int>, phase: Double, amplitude: Double) {
      (self.cycles, self.phase, self.amplitude) = (cycles, phase, amplitude)
    }
  }

  /// The waves; their sum is added.
  public var waves: [Wave]

  /// Makes a change of what is stated.
  public init(waves: [Wave]) { self.waves = waves }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let deviations = window.statistics().map(\.standardDeviation)
    let size = window.grid.counts
    // The first axis takes the phase at the first voxel.
    let phases = waves.flatMap { wave in
      (0..<3).flatMap { axis in
        (0..<size[axis]).map { index in
          let turns = Double(wave.cycles[axis] % size[axis] * index % size[axis]) / Double(size[axis])
          return 2 * .pi * turns + (axis == 0 ? wave.phase : 0)
        }
      }
    }
    let amplitudes = waves.flatMap { wave in deviations.map { Float(wave.amplitude * $0) } }
    phases.map { Float(cos($0)) }.withUnsafeBufferPointer { cosines in
      phases.map { Float(sin($0)) }.withUnsafeBufferPointer { sines in
        var kernel = ck_waves(
          size: (Int32(size.x), Int32(size.y), Int32(size.z)), waves: Int32(waves.count),
          cosines: cosines.baseAddress, sines: sines.baseAddress, workers: Int32(window.workers))
        ck_add_waves(&kernel, amplitudes, Int32(window.channels), window.values.baseAddress)
      }
    }
  }

  /// The change in a phrase.
  public var description: String {
    let texts = waves.map { wave in
      String(format: "(%ld, %ld, %ld) of %.2f SD", wave.cycles.x, wave.cycles.y, wave.cycles.z, wave.amplitude)
    }
    return "spikes at " + texts.joined(separator: ", ")
  }
}
