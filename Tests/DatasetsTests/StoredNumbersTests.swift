import Datasets
import Foundation
import Testing
import Volumes

@Suite struct StoredNumbersTests {
  private func json() throws -> String {
    let grid = Grid(
      size: GridSize(width: 4, height: 5, depth: 6), affine: Affine(scale: SIMD3(1, 2, 3)), unit: .millimetres)
    let item = Dataset.Case(
      id: "a", group: "a", images: [.init(name: "a.nii", contentHash: "0a")],
      label: .init(name: "a.nii", contentHash: "0b"), grid: grid, channels: 1, voxels: [100, 20])
    let classes = try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [1])])
    let dataset = try Dataset(classes: classes, normalisation: .zScore, cases: [item])
    return String(decoding: try JSONEncoder().encode(dataset), as: UTF8.self)
  }

  @Test(
    "A dataset.json with a number that cannot be is refused",
    arguments: [
      ("\"size\":[4,5,6]", "\"size\":[9223372036854775807,5,6]"), ("\"size\":[4,5,6]", "\"size\":[0,5,6]"),
      ("\"voxels\":[100,20]", "\"voxels\":[9223372036854775807,20]"), ("\"voxels\":[100,20]", "\"voxels\":[-1,20]"),
      ("\"voxels\":[100,20]", "\"voxels\":[100]"), ("\"channels\":1", "\"channels\":0"),
      ("\"affine\":[[1,0,0,0]", "\"affine\":[[0,0,0,0]"),
    ])
  func refused(found: String, replaced: String) throws {
    let json = try json()
    _ = try JSONDecoder().decode(Dataset.self, from: Data(json.utf8))
    let damaged = json.replacing(found, with: replaced)
    try #require(damaged != json, "\(json)")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Dataset.self, from: Data(damaged.utf8)) }
  }

  @Test("A common spacing is within a nanometre and a kilometre")
  func spacing() {
    for text in ["[1e-300,1,1]", "[1,1,1e300]", "[0,1,1]", "[-1,1,1]", "[1,1]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(
          CommonSpacing.self, from: Data(#"{"spacing_mm":\#(text),"interpolation":"linear"}"#.utf8))
      }
    }
  }
}
