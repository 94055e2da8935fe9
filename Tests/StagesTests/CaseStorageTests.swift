import Stages
import Testing
import Volumes

@Suite struct CaseStorageTests {
  private func grid(_ width: Int, _ depth: Int) -> Grid {
    Grid(size: GridSize(width: width, height: 512, depth: depth), affine: .identity, unit: .millimetres)
  }

  @Test("Small data are in memory, large ones on disk, whatever the machine; kept ones always on disk")
  func place() {
    let scan = grid(512, 300)
    func storage(_ count: Int, isKept: Bool = false) -> CaseStorage {
      let grids = [Grid](repeating: scan, count: count)
      return CaseStorage(scans: grids, prepared: grids, channels: 1, isKept: isKept)
    }
    let voxels = scan.size.count
    #expect(!storage(2).isOnDisk && storage(2).memoryBytes == 3 * 5 * voxels)
    #expect(storage(1, isKept: true).isOnDisk)
    #expect(storage(41).isOnDisk)
    #expect(storage(41).memoryBytes < 1 << 30)
    #expect(storage(41).memoryBytes == storage(400).memoryBytes)
    #expect(storage(32_768).isOnDisk && !storage(32_769, isKept: true).isOnDisk, "the system limits the maps")
  }

  @Test("Cases are prepared one at a time where two would need too much")
  func atOnce() {
    let large = [grid(4096, 300)]
    #expect(CaseStorage(scans: large, prepared: large, channels: 1, isKept: true).casesAtOnce == 1)
    #expect(CaseStorage(scans: large, prepared: large, channels: 1, isKept: true).preparingBytes > 3 << 30)
  }
}
