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
        == "case 'a': image and label are on different grids: 4.5 mm (1.5 voxels) apart at a corner, rotated by 0.0 "
        + "degrees. Allowed: 0.1 voxels. Correct the header of one of them; if both are right, set "
        + "'on_mismatch: resample' in the load stage.")
    #expect(message(shifted(SIMD3(0.11, 0, 0))).contains("0.11 mm (0.11 voxels)"))
  }

  @Test("Other sizes, other units and an affine without inverse are refused")
  func refusals() {
    var label = grid
    label.size.depth = 4
    #expect(
      message(label) == "case 'a': the image has 11x21x5 voxels, the label 11x21x4. Expected the same size; draw the "
        + "label on this image, or set 'on_mismatch: resample' in the load stage.")
    label = grid
    label.unit = .pixels
    #expect(
      message(label) == "case 'a': the image is in millimetres, the label in pixels. Expected the same unit; use one "
        + "format for both, or set spacing_mm.")
    var flat = grid
    flat.affine = Affine(scale: SIMD3(1, 1, 0))
    let error = thrown { try flat.checkLabel(flat, ofCase: "a") }
    #expect(
      error?.description == "case 'a': the affine of the image is singular. Expected an invertible affine; correct the "
        + "header of the image.")
    #expect(error?.category == .data)
  }

  @Test("A label whose place is not a number is refused")
  func notANumber() {
    #expect(
      message(shifted(SIMD3(0, .nan, 0))).hasPrefix(
        "case 'a': image and label are on different grids: nan mm "
          + "(nan voxels) apart"))
  }
}
