import Augmentations
import Foundation
import Testing
import Volumes

/// Tests/Golden/augmentations/intensity.json, made by make_intensity.py beside it.
private struct GoldenImage: Decodable {
  struct Result: Decodable {
    let change: String
    let values: [Float]
    let standard_deviation: Double?
    let order: Int?
    let coefficients: [Double]?
    let axis: GridAxis?
    let every: Int?
    let intensity: Double?
    let centre: Double?
    let times: [Double]?
    let degrees: [Double]?
    let translations: [[Double]]?
    let cycles: [Int]?
    let phase: Double?
    let amplitude: Double?
    let moves: [Double]?

    func transform() throws -> any IntensityTransform {
      switch change {
      case "noise": return Noise(standardDeviation: try #require(standard_deviation), seed: seed)
      case "rician_noise": return RicianNoise(standardDeviation: try #require(standard_deviation), seed: seed)
      case "bias_field": return BiasField(order: try #require(order), coefficients: try #require(coefficients))
      case "ghosting":
        return Ghosting(
          axis: try #require(axis), ghosts: try #require(every), intensity: try #require(intensity),
          centre: try #require(centre))
      case "motion": return Motion(axis: try #require(axis), moves: try poses())
      case "spikes":
        return Spikes(waves: [
          Spikes.Wave(
            cycles: SIMD3(try #require(cycles)), phase: try #require(phase), amplitude: try #require(amplitude))
        ])
      default: return HistogramShift(moves: [moves])
      }
    }

    private var seed: UInt64 { 0xFEDC_BA98_7654_3211 }

    private func poses() throws -> [Motion.Move] {
      let times = try #require(times)
      let degrees = try #require(degrees)
      let translations = try #require(translations)
      return times.indices.map { index in
        let pose = RigidTransform(
          rotationDegrees: [0, 0, degrees[index]], translation: SIMD3(translations[index] + [0]))
        return Motion.Move(time: times[index], pose: pose)
      }
    }
  }

  let size: [Int]
  let image: [Float]
  let results: [Result]
}

@Suite("Golden values of NumPy")
struct IntensityGoldenTests {
  /// Of values of standard deviation 1, computed in double precision there.
  private static let kernelTolerance: Float = 5e-6

  @Test("noise, bias field, ghosts, motion, spikes and histogram shift give what their formulas say, worked out apart")
  func values() throws {
    let images: [GoldenImage] = try golden("intensity.json")
    for golden in images {
      let grid = makeGrid(golden.size[0], golden.size[1], golden.size[2])
      for result in golden.results {
        let change = try result.transform()
        let (difference, index) = worst(change.applied(to: golden.image, grid: grid), result.values)
        #expect(difference < Self.kernelTolerance, "\(change) on \(grid.size), voxel \(index)")
      }
    }
  }
}
