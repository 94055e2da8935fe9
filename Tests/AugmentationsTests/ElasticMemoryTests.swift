import Augmentations
import Testing
import Volumes

@Suite struct ElasticMemoryTests {
  private let cube = Grid(
    size: GridSize(width: 64, height: 64, depth: 64), affine: .identity, unit: .millimetres)

  private func ranges(spacingMM: Double, probability: Double = 1) -> AugmentationRanges {
    AugmentationRanges(
      elastic: ElasticRanges(
        displacement: .millimetres(1), controlPointSpacing: .millimetres(spacingMM), probability: probability))
  }

  @Test("Control points are at most as many as voxels and a rim, however near they are, and each is counted")
  func controlPoints() {
    // Displacements, their copy, and 3 x 3 x 3 Bézier points for each, old and new, of 32 bytes.
    #expect(ranges(spacingMM: 1e-9).memory(for: cube) == 67 * 67 * 67 * (2 + 2 * 27) * 32)
    #expect(ranges(spacingMM: 21).memory(for: cube) == 6 * 6 * 6 * (2 + 2 * 27) * 32)
    #expect(ranges(spacingMM: 1e-9, probability: 0).memory(for: cube) == 0)
  }

  @Test("A field that there is not the memory for is refused")
  func refused() throws {
    var large = cube
    large.size = GridSize(width: 65536, height: 65536, depth: 65536)
    #expect(throws: (any Error).self) { try ranges(spacingMM: 1e-9).requireMemory(for: large) }
    try ranges(spacingMM: 16).requireMemory(for: cube)
  }
}
