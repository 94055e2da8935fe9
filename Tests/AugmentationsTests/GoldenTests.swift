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

  var testDescription: String { name }

  static func all() throws -> [GoldenCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Golden/augmentations/map_coordinates.json")
    return try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
  }
}

@Suite("Golden values of SciPy's map_coordinates")
struct GoldenTests {
  @Test("images (order 1) and labels (order 0) are sampled as SciPy samples them", arguments: try GoldenCase.all())
  fileprivate func matches(golden: GoldenCase) throws {
    let grid = makeGrid(golden.inputSize[0], golden.inputSize[1], golden.inputSize[2], spacing: golden.spacing)
    let size = GridSize(width: golden.outputSize[0], height: golden.outputSize[1], depth: golden.outputSize[2])
    let map = try SpatialMap(golden.transform, from: grid, outputSize: size, origin: golden.origin)
    let image = Volume(grid: grid, voxels: golden.image).sampled(by: map, outside: -1)
    let worst = zip(image.voxels, golden.sampledImage).map { abs($0 - $1) }.enumerated().max { $0.element < $1.element }
    let (index, difference) = try #require(worst)
    #expect(difference < 2e-5, "voxel \(index)")
    #expect(LabelMap(grid: grid, labels: golden.labels).sampled(by: map).labels == golden.sampledLabels)
  }
}
