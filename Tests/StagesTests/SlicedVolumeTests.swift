import Jobs
import Stages
import Testing
import Volumes

@Suite struct SlicedVolumeTests {
  /// A volume of 4 x 3 x 2 voxels whose k runs from right to left; each voxel's value is its index.
  private static let volume: Volume = {
    let size = GridSize(width: 4, height: 3, depth: 2)
    let affine = Affine(i: SIMD3(0, 0.1, 2), j: SIMD3(0, 1, 0), k: SIMD3(-3, 0, 0))
    return Volume(grid: Grid(size: size, affine: affine, unit: .millimetres), voxels: (0..<24).map(Float.init))
  }()

  @Test("Slices lie across the axis asked for, whatever order the file has", arguments: BodyAxis.allCases)
  func turns(axis: BodyAxis) {
    let sliced = SlicedVolume(Self.volume, along: axis)
    let depth = [BodyAxis.right: 2, .anterior: 3, .superior: 4][axis]
    #expect(sliced.volume.grid.size.depth == depth)
    #expect(sliced.volume.voxels.sorted() == Self.volume.voxels)
  }

  @Test("Labels turned and restored are what they were", arguments: BodyAxis.allCases)
  func restores(axis: BodyAxis) {
    let labels = LabelMap(grid: Self.volume.grid, labels: (0..<24).map(UInt8.init))
    let sliced = SlicedVolume(Self.volume, along: axis)
    #expect(sliced.turned(labels).labels.map(Float.init) == sliced.volume.voxels)
    #expect(sliced.restored(sliced.turned(labels)) == labels)
  }
}
