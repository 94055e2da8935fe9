import Configurations
import Networks
import Stages
import Testing

@Suite struct VolumeLevelsTests {
  private func lengths(_ lists: [[Int]]) -> [AxisLengths] {
    lists.map { AxisLengths(width: $0[0], height: $0[1], depth: $0[2]) }
  }

  @Test("Equal axes are halved together while at least 4 voxels remain")
  func isotropic() {
    let levels = VolumeLevels(spacing: SIMD3(1, 1, 1), size: Extent(depth: 48, height: 64, width: 48), depth: 3)
    #expect(levels.pooling == lengths([[2, 2, 2], [2, 2, 2], [2, 2, 2]]))
    #expect(levels.kernels == lengths(Array(repeating: [3, 3, 3], count: 4)))
    let more = VolumeLevels(spacing: SIMD3(1, 1, 1), size: Extent(depth: 48, height: 64, width: 48), depth: 6)
    #expect(more.pooling == lengths([[2, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 1]]))
  }

  @Test("A thick axis is left alone, by poolings and kernels, until the others have come near its spacing")
  func thickSlices() {
    let levels = VolumeLevels(
      spacing: SIMD3(0.625, 0.625, 3.6), size: Extent(depth: 16, height: 320, width: 320), depth: 5)
    #expect(levels.pooling == lengths([[2, 2, 1], [2, 2, 1], [2, 2, 2], [2, 2, 2], [2, 2, 1]]))
    #expect(
      levels.kernels == lengths([[3, 3, 1], [3, 3, 1], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]]))
  }

  @Test("An axis that is too short to be halved does not hold the others back")
  func thinVolume() {
    let levels = VolumeLevels(spacing: SIMD3(1, 1, 1), size: Extent(depth: 9, height: 128, width: 128), depth: 4)
    #expect(levels.pooling == lengths([[2, 2, 2], [2, 2, 1], [2, 2, 1], [2, 2, 1]]))
    #expect(
      VolumeLevels(spacing: SIMD3(1, 1, 1), size: Extent(depth: 6, height: 7, width: 5), depth: 4).pooling.isEmpty)
  }
}
