import Augmentations
import Foundation
import Testing
import Volumes

/// Tests/Golden/augmentations/nnunet_intensity.json, made by make_nnunet_intensity.py beside it.
private struct GoldenImage: Decodable {
  struct Result: Decodable {
    let transform: String
    let factor: Double?
    let gamma: Double?
    let inverted: Bool?
    let sigmas: [Double]?
    let scale: Double?
    let values: [Float]

    var change: any IntensityTransform {
      switch transform {
      case "brightness": Brightness(factors: [factor])
      case "contrast": Contrast(factors: [factor])
      case "gamma": Gamma(exponents: [gamma], isInverted: inverted == true)
      case "blur": Blur(sigmas: [sigmas.map { SIMD3($0) }])
      default: LowResolution(scales: [scale], axes: GridAxis.allCases)
      }
    }
  }

  let size: [Int]
  let image: [Float]
  let results: [Result]
}

/// Tests/Golden/augmentations/nnunet_draws.json, made by make_nnunet_draws.py beside it.
private struct GoldenDraws: Decodable {
  struct Parameter: Decodable {
    let applied: Double
    let values: [Double]?
  }

  let draws: Int
  let channels: Int
  let quantiles: [Double]
  let parameters: [String: Parameter]
}

@Suite("Golden values of nnU-Net's intensity transforms")
struct NNUNetIntensityTests {
  /// The golden values have seven digits, and single precision's sums differ by their order.
  private static let kernelTolerance: Float = 5e-6

  @Test("brightness, contrast, gamma, blur and low resolution give nnU-Net's values on a volume and a plane")
  func values() throws {
    let images: [GoldenImage] = try golden("nnunet_intensity.json")
    for golden in images {
      let grid = makeGrid(golden.size[0], golden.size[1], golden.size[2])
      for result in golden.results {
        let change = result.change
        let (difference, index) = worst(change.applied(to: golden.image, grid: grid), result.values)
        #expect(difference < Self.kernelTolerance, "\(change) on \(grid.size), voxel \(index)")
      }
    }
  }

  @Test("the preset nnunet applies each as often as nnU-Net does, and draws from the same distributions")
  func draws() throws {
    let golden: GoldenDraws = try golden("nnunet_draws.json")
    let count = 20_000
    let drawn = Self.draw(count)
    let names = [
      "brightness_factor", "contrast_factor", "gamma_plain", "gamma_inverted", "blur_sigma_i",
      "blur_sigma_j", "blur_sigma_k", "low_resolution_scale", "noise_standard_deviation",
    ]
    for name in names {
      let theirs = try #require(golden.parameters[name])
      let ours = try #require(drawn[name]).sorted()
      let perDraw = name.hasPrefix("noise") ? 1 : golden.channels
      // Channels share the coin of their image, hence the draws and not the channels count.
      let share = Double(ours.count) / Double(count * perDraw)
      let spread = (theirs.applied * (1 - theirs.applied) * (1 / Double(count) + 1 / Double(golden.draws))).squareRoot()
      #expect(abs(share - theirs.applied) < 4 * spread, "\(name): applied to \(share), nnU-Net \(theirs.applied)")
      let values = try #require(theirs.values)
      let theirCount = theirs.applied * Double(golden.draws * perDraw)
      for (quantile, value) in zip(golden.quantiles, values) where quantile > 0 && quantile < 1 {
        // The share of ours below their quantile, whatever the distribution.
        let below = Double(ours.count { $0 < value }) / Double(ours.count)
        let error = (quantile * (1 - quantile) * (1 / Double(ours.count) + 1 / theirCount)).squareRoot()
        #expect(abs(below - quantile) < 4 * error, "\(name): \(below) below nnU-Net's quantile \(quantile)")
      }
    }
  }

  /// The values of all channels that are changed.
  private static func draw(_ count: Int) -> [String: [Double]] {
    let ranges = AugmentationPreset.nnunet.ranges
    var values: [String: [Double]] = [:]
    func add(_ name: String, _ drawn: [Double?]) { values[name, default: []] += drawn.compactMap { $0 } }
    for index in 0..<count {
      for drawn in ranges.draw(using: key(index), for: makeGrid(16, 16, 16), channels: 2).intensity {
        switch drawn.transform {
        case let noise as Noise: add("noise_standard_deviation", [noise.standardDeviation])
        case let change as Brightness: add("brightness_factor", change.factors)
        case let change as Contrast: add("contrast_factor", change.factors)
        case let change as Gamma: add(change.isInverted ? "gamma_inverted" : "gamma_plain", change.exponents)
        case let change as LowResolution: add("low_resolution_scale", change.scales)
        case let change as Blur:
          for (axis, name) in "ijk".enumerated() { add("blur_sigma_\(name)", change.sigmas.map { $0?[axis] }) }
        default: Issue.record("nnU-Net has no \(drawn.name)")
        }
      }
    }
    return values
  }
}
