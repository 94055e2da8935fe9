import Datasets
import Testing
import Volumes

@Suite struct LabelCheckTests {
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
        == "case 'a': image and label lie 4.5 mm (1.5 voxels) apart at a corner, turned by 0.0 degrees. "
        + "Expected at most 0.1 voxels; correct the header of one of them or, where both are right, "
        + "state 'on_mismatch: resample' where they are loaded.")
    #expect(message(shifted(SIMD3(0.11, 0, 0))).contains("0.11 mm (0.11 voxels)"))
  }

  @Test("Other sizes, other units and an affine without inverse are refused")
  func refusals() {
    var label = grid
    label.size.depth = 4
    #expect(
      message(label) == "case 'a': the image has 11x21x5 voxels, the label 11x21x4. Expected the same size; "
        + "draw the label on this image, or state 'on_mismatch: resample' where it is loaded.")
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
    #expect(message(shifted(SIMD3(0, .nan, 0))).hasPrefix("case 'a': image and label lie nan mm (nan voxels) apart"))
  }
}
