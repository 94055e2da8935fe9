import TestSupport
import Testing
import Volumes

@Suite("Resampling beside SciPy")
struct ResamplingOracleTests {
  static let interpolations: [Int: Interpolation] = [0: .nearest, 1: .linear, 3: .cubic]
  static let labelInterpolations: [Int: LabelInterpolation] = [0: .nearest, 1: .linear]

  @Test("agrees on odd sizes, planes, lines, channels, thick slices, zooms and turned grids")
  func images() throws {
    let golden: Golden.Resamplings = try Golden.load("resampling/resampling.json")
    #expect(golden.images.count == 28)
    for item in golden.images {
      let source = Volume(grid: Grid(item.sourceSize, .identity), channels: item.channels ?? 1, voxels: item.source)
      let chosen = try item.orders.map { try #require(Self.interpolations[$0]) }
      let result = source.resampled(
        to: item.target, interpolation: PerAxis(i: chosen[0], j: chosen[1], k: chosen[2]), outside: golden.outside)
      let deviation = Tolerance.accurateKernel.deviation(of: result.voxels, from: item.values)
      #expect(deviation == nil, "\(item.name): \(deviation?.description ?? "")")
    }
  }

  @Test("gives a label the class of the largest linear share")
  func labels() throws {
    let golden: Golden.Resamplings = try Golden.load("resampling/resampling.json")
    #expect(golden.labels.count == 7)
    for item in golden.labels {
      let source = LabelMap(grid: Grid(item.sourceSize, .identity), labels: item.source.map { UInt8($0) })
      let chosen = try item.orders.map { try #require(Self.labelInterpolations[$0]) }
      let result = source.resampled(
        to: item.target, interpolation: PerAxis(i: chosen[0], j: chosen[1], k: chosen[2]),
        outside: golden.outsideLabel)
      let wrong = zip(result.labels, item.values).filter { $1 >= 0 && Int($0) != $1 }.count
      #expect(wrong == 0, "\(item.name)")
      #expect(item.values.contains { $0 > 0 })
    }
  }
}
