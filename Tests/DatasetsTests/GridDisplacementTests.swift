import Datasets
import Testing
import Volumes

@Suite struct GridDisplacementTests {
  private let grid = Grid(
    size: GridSize(width: 11, height: 21, depth: 5), affine: Affine(scale: SIMD3(1, 1, 3)), unit: .millimetres)

  private func message(_ label: Grid) -> String {
    thrown { try grid.checkLabel(label, ofCase: "a") }?.description ?? "nothing was thrown"
  }

  private func shifted(_ offset: SIMD3<Double>) -> Grid {
    var grid = grid
    grid.affine.translation += offset
    return grid
  }

  @Test("A shift is told in voxels and millimetres, and a tenth of a voxel is allowed")
  func shift() throws {
    #expect(message(grid) == "nothing was thrown")
    #expect(message(shifted(SIMD3(0, 0, 0.29))) == "nothing was thrown")
    #expect(
      message(shifted(SIMD3(0, 0, 4.5)))
        == "case 'a': the label stands 1.5 voxels (4.5 mm) away from its image at the corner (i, j, k) = (0, 0, 0). "
        + "Expected at most 0.1 voxels; correct the header of one of them, "
        + "or resample the label to the image's grid.")
    #expect(message(shifted(SIMD3(0.11, 0, 0))).contains("0.11 voxels (0.11 mm)"))
  }

  @Test("A wrong spacing shows at the far corner")
  func scale() throws {
    var label = grid
    label.affine.columns.j *= 1.01
    let displacement = try #require(grid.displacement(of: label))
    #expect(abs(displacement.voxels - 0.2) < 1e-12)
    #expect(displacement.corner == VoxelIndex(i: 0, j: 20, k: 0))
  }

  @Test("Other sizes, other units and an affine without inverse are refused")
  func refusals() {
    var label = grid
    label.size.depth = 4
    #expect(
      message(label) == "case 'a': the image has 11x21x5 voxels, the label 11x21x4. Expected the same size; "
        + "draw the label on this image, or resample it to the image's grid.")
    label = grid
    label.unit = .pixels
    #expect(
      message(label) == "case 'a': the image's grid is in millimetres, the label's in pixels. "
        + "Expected the same unit; keep both in one format, or state spacing_mm.")
    var flat = grid
    flat.affine = Affine(scale: SIMD3(1, 1, 0))
    let error = thrown { try flat.checkLabel(flat, ofCase: "a") }
    #expect(
      error?.description == "case 'a': the image's affine has no inverse. "
        + "Expected one that gives every voxel its own place; correct the image's header.")
    #expect(error?.category == .data)
  }

  @Test("A label whose place is not a number is refused")
  func notANumber() {
    #expect(message(shifted(SIMD3(0, .nan, 0))).hasPrefix("case 'a': the label stands nan voxels (nan mm) away"))
  }

  @Test("Without a physical size the message has no millimetres")
  func pixels() {
    let plane = Grid(size: GridSize(width: 4, height: 4), affine: .identity, unit: .pixels)
    var label = plane
    label.affine.translation.x = 2
    #expect(plane.displacement(of: label)?.description == "2 voxels at the corner (i, j, k) = (0, 0, 0)")
  }
}
