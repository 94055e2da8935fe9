import Testing
import Volumes

@Suite("Displacement of grids")
struct GridDisplacementTests {
  let grid = Grid([20, 30, 10], Affine(scale: SIMD3(1, 2, 5)))

  @Test("of a shift is the shift, in voxels and in millimetres")
  func shift() throws {
    var other = grid
    other.affine.translation += SIMD3(0, 0.5, 0)
    let displacement = try #require(grid.displacement(to: other))
    #expect(abs(displacement.world - 0.5) < 1e-12)
    #expect(abs(displacement.voxels - 0.25) < 1e-12)
    #expect(displacement.rotationDegrees == 0)
    #expect(displacement.description == "0.5 mm (0.25 voxels) apart at a corner, rotated by 0.0 degrees")
  }

  @Test("of a rotation about a corner is the chord, with the angle in degrees")
  func turn() throws {
    let plane = Grid([100, 100, 1], .identity)
    var turned = plane
    turned.affine = rotation(degrees: 3, about: .superior)
    let displacement = try #require(plane.displacement(to: turned))
    let chord = 2 * 0.026176948307873153 * (2 * 99.5 * 99.5).squareRoot()
    #expect(abs(displacement.world - chord) < 1e-9)
    #expect(abs(displacement.rotationDegrees - 3) < 1e-9)
  }

  @Test("shows the tilt of a single slice")
  func tilt() throws {
    let slice = Grid([1, 1, 1], .identity)
    let tilted = Grid([1, 1, 1], rotation(degrees: 90, about: .right))
    #expect(try #require(slice.displacement(to: tilted)).rotationDegrees > 89.9)
    #expect(!slice.isSameGrid(as: tilted))
  }

  @Test("decides what is the same grid: 0.1 voxel at every corner, and the same size")
  func sameGrid() {
    var near = grid
    near.affine.translation += SIMD3(0.09, 0, 0)
    var far = grid
    far.affine.translation += SIMD3(0.11, 0, 0)
    var larger = grid
    larger.size.depth += 1
    #expect(grid.isSameGrid(as: grid))
    #expect(grid.isSameGrid(as: near))
    #expect(!grid.isSameGrid(as: far))
    #expect(grid.isSameGrid(as: far, toleranceVoxels: 0.2))
    #expect(grid.displacement(to: larger) == nil)
    #expect(!grid.isSameGrid(as: larger))
  }

  @Test("never calls a broken affine near")
  func broken() throws {
    var broken = grid
    broken.affine.translation.x = .nan
    #expect(!grid.isSameGrid(as: broken))
    #expect(!broken.isSameGrid(as: grid))
    let singular = Grid([20, 30, 10], Affine(scale: SIMD3(1, 0, 1)))
    #expect(!singular.isSameGrid(as: grid))
    #expect(singular.isSameGrid(as: singular))
  }

  @Test("of pixels is told in pixels")
  func pixels() throws {
    let plane = Grid(size: GridSize(width: 4, height: 4), affine: .identity, unit: .pixels)
    var other = plane
    other.affine.translation.x = 2
    let displacement = try #require(plane.displacement(to: other))
    #expect(displacement.description == "2 pixels apart at a corner, rotated by 0.0 degrees")
  }
}
