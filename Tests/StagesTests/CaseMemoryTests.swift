import Datasets
import Jobs
import Machine
import Synchronization
import Testing
import Volumes

@Suite struct CaseMemoryTests {
  private let spacing = CommonSpacing(spacingMM: SIMD3(1, 1, 2), interpolation: .linear)
  private func grid(scale: Double) -> Grid {
    Grid(
      size: GridSize(width: 64, height: 64, depth: 20), affine: Affine(scale: SIMD3(1.4, 1.5, 4) * scale),
      unit: .millimetres)
  }

  @Test("A scan with a wrong unit needs more memory than there is, or more voxels than there can be; others pass")
  func metres() throws {
    func require(_ grid: Grid) throws {
      try PredictionMemory.require(scan: (grid, 1), spacing: spacing, classes: 4, name: "a.nii")
    }
    try require(grid(scale: 1))
    #expect(throws: MachineError.self) { try require(grid(scale: 300)) }
    #expect(throws: VolumesError.self) { try require(grid(scale: 1e12)) }
    #expect(throws: VolumesError.self) { try spacing.grid(covering: grid(scale: 1e12)) }
  }

  @Test("What lacked memory beside others is tried once more alone, and fails only then")
  func onceMore() {
    let attempts = Mutex<[String: Int]>([:])
    let shortage = MachineError.notEnoughMemory(
      MemoryRequest(2, for: "a"), MemoryAvailability(limit: MemoryLimit(.machine, bytes: 1), usedBytes: 0))
    let (results, failures) = attemptInParallel(["good", "crowded", "large", "bad"]) { name in
      let attempt = attempts.withLock { attempts in
        attempts[name, default: 0] += 1
        return attempts[name] ?? 0
      }
      if name == "large" || (name == "crowded" && attempt == 1) { throw shortage }
      if name == "bad" { throw VolumesError.gridTooLarge(sizes: .zero, spacing: .zero, lengths: .zero) }
      return name
    }
    #expect(results == ["good", "crowded", nil, nil])
    #expect(failures.map(\.name) == ["large", "bad"])
    #expect(attempts.withLock { $0 } == ["good": 1, "crowded": 2, "large": 2, "bad": 1])
  }
}
