import Testing
import Volumes

@Suite("Voxels in another order")
struct ReorderingTests {
  private let grid = Grid(
    size: GridSize(width: 4, height: 3, depth: 2),
    affine: Affine(
      i: SIMD3(0.75, 0.25, 0), j: SIMD3(-0.5, 1.5, 0), k: SIMD3(0, 0.125, 3), translation: SIMD3(-10.5, 20.25, 3)),
    unit: .millimetres)

  @Test("are recognised for every orientation, and put right to the voxel")
  func all() throws {
    let volume = Volume(grid: grid, voxels: (0..<24).map(Float.init))
    for axes in ["RAS", "RSA", "ARS", "ASR", "SRA", "SAR"] {
      for flips in 0..<8 {
        let opposite: [Character: Character] = ["R": "L", "A": "P", "S": "I"]
        let text = String(axes.enumerated().map { flips >> $0.offset & 1 == 1 ? opposite[$0.element]! : $0.element })
        let other = volume.reoriented(to: try #require(Orientation(text)))
        guard let order = grid.reordering(of: other.grid) else {
          #expect(other.grid == grid, "\(text)")
          continue
        }
        let back = other.reoriented(by: order)
        #expect(back.voxels == volume.voxels && grid.isSameGrid(as: back.grid), "\(text)")
      }
    }
  }

  @Test("are not recognised where the voxels are others")
  func others() {
    var shifted = grid.reoriented(to: Orientation("LPS")!)
    #expect(grid.reordering(of: shifted) != nil)
    shifted.affine.translation.x += 0.5
    #expect(grid.reordering(of: shifted) == nil)
    #expect(grid.reordering(of: grid) == nil)
    var larger = grid.reoriented(to: Orientation("LPS")!)
    larger.size.width += 1
    #expect(grid.reordering(of: larger) == nil)
    var flat = grid
    flat.affine = Affine(scale: SIMD3(1, 1, 0))
    #expect(grid.reordering(of: flat) == nil && flat.reordering(of: grid) == nil)
    var pixels = grid.reoriented(to: Orientation("LPS")!)
    pixels.unit = .pixels
    #expect(grid.reordering(of: pixels) == nil)
  }
}
