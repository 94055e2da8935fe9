import Machine
import Testing
import Volumes

@Suite("A grid of another spacing") struct GridTooLargeTests {
  private let grid = Grid(
    size: GridSize(width: 64, height: 64, depth: 20), affine: Affine(scale: SIMD3(1, 1, 4)), unit: .millimetres)

  @Test(
    "is an error where its voxels cannot be counted, along an axis or in all",
    arguments: [SIMD3(1e-5, 1e-5, 1e-5), SIMD3(1e-9, 1, 1), SIMD3(1e-300, 1, 1), SIMD3(1, 1, .leastNonzeroMagnitude)])
  func tooLarge(_ spacing: SIMD3<Double>) {
    #expect(throws: VolumesError.self) { try grid.resampled(toSpacing: spacing) }
    #expect(throws: VolumesError.self) { try grid.covered(withSpacing: spacing) }
    let volume = Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.size.count))
    #expect(throws: VolumesError.self) { try volume.resampled(toSpacing: spacing, interpolation: .linear) }
  }

  @Test("that can be counted is given out, however large, and its voxels are refused where there is no memory for them")
  func noMemory() throws {
    let target = try grid.resampled(toSpacing: SIMD3(0.002, 0.002, 0.01))
    #expect(target.size == GridSize(width: 32000, height: 32000, depth: 8000))
    let volume = Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.size.count))
    let error = #expect(throws: MachineError.self) {
      try volume.requireMemory(toResampleTo: target, interpolation: PerAxis(.linear), name: "a.nii", remedy: "do less")
    }
    let text = try #require(error.map { "\($0)" })
    #expect(text.contains("resampling a.nii from 64x64x20 to 32000x32000x8000 voxels: 29.8 TiB needed"), "\(text)")
    #expect(text.contains("; do less, or "), "\(text)")
    #expect(throws: MachineError.self) {
      try volume.resampled(toSpacing: SIMD3(0.002, 0.002, 0.01), interpolation: .linear)
    }
    let labels = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
    #expect(throws: MachineError.self) { try labels.resampled(toSpacing: SIMD3(0.002, 0.002, 0.01)) }
  }

  @Test("says the sizes, the spacing and the field of view")
  func description() {
    let error = VolumesError.gridTooLarge(
      sizes: SIMD3(6.4e10, 64, 20), spacing: SIMD3(1e-9, 1, 4), lengths: SIMD3(64, 64, 80))
    #expect(
      "\(error)" == "resampling a field of view of 64 x 64 x 80 mm to a spacing of 1e-09 x 1 x 4 mm makes "
        + "64000000000 x 64 x 20 voxels, more than can be stored; choose a larger spacing, or correct the scan's header if "
        + "its unit is wrong")
  }
}
