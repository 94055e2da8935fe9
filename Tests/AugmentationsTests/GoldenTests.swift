import Augmentations
import Foundation
import Testing
import Volumes

/// Tests/Golden/augmentations/map_coordinates.json, made by the script beside it.
private struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let inputSize: [Int]
  let outputSize: [Int]
  let origin: SIMD3<Int>
  let spacing: SIMD3<Double>
  let transform: SpatialTransform
  let image: [Float]
  let labels: [UInt8]
  let sampledImage: [Float]
  let sampledLabels: [UInt8]
  let sampledCubic: [Float]
  let electedLabels: [UInt8]

  var testDescription: String { name }

  static func all() throws -> [GoldenCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Golden/augmentations/map_coordinates.json")
    return try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
  }
}

@Suite("Golden values of SciPy's map_coordinates")
struct GoldenTests {
  @Test(
    "images (orders 1 and 3) and labels (order 0, and the largest share of order 1) are sampled as SciPy samples them",
    arguments: try GoldenCase.all())
  fileprivate func matches(golden: GoldenCase) throws {
    let grid = makeGrid(golden.inputSize[0], golden.inputSize[1], golden.inputSize[2], spacing: golden.spacing)
    let size = GridSize(width: golden.outputSize[0], height: golden.outputSize[1], depth: golden.outputSize[2])
    let map = try SpatialMap(golden.transform, from: grid, outputSize: size, origin: golden.origin)
    let (image, labels) = (Volume(grid: grid, voxels: golden.image), LabelMap(grid: grid, labels: golden.labels))
    let cubic = SamplingChoices(image: .cubic, labels: .linear)
    try expectEqual(image.sampled(by: map, outside: -1).voxels, golden.sampledImage)
    try expectEqual(image.sampled(by: map, outside: -1, choices: cubic).voxels, golden.sampledCubic)
    #expect(labels.sampled(by: map).labels == golden.sampledLabels)
    #expect(labels.sampled(by: map, choices: cubic).labels == golden.electedLabels)
  }

  /// Values are about 10.
  private func expectEqual(_ values: [Float], _ golden: [Float]) throws {
    let differences = zip(values, golden).map { abs($0 - $1) }
    let worst = try #require(differences.max())
    #expect(values.count == golden.count && worst < 4e-5, "voxel \(differences.firstIndex(of: worst) ?? 0)")
  }
}
