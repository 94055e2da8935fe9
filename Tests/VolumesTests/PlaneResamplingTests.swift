import Testing
import Volumes

@Suite("Resampling plane by plane")
struct PlaneResamplingTests {
  private func volume(_ size: GridSize, _ spacing: SIMD3<Double>, channels: Int) -> Volume {
    let affine = ReorientationTests.oblique
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    let grid = Grid(
      size: size,
      affine: Affine(
        i: columns[0] * spacing.x, j: columns[1] * spacing.y, k: columns[2] * spacing.z,
        translation: affine.translation), unit: .millimetres)
    return Volume(
      grid: grid, channels: channels, voxels: (0..<size.count * channels).map { Float($0 * 7919 % 1009) / 1009 })
  }

  /// The values that come, plane by plane.
  private func planes(
    of volume: Volume, to target: Grid, _ interpolation: PerAxis<Interpolation>
  ) throws -> [Float] {
    let resampling = try #require(
      PlaneResampling(from: volume.grid, to: target, channels: volume.channels, interpolation: interpolation))
    let plane = volume.grid.size.width * volume.grid.size.height * volume.channels
    var result: [Float] = []
    volume.voxels.withUnsafeBufferPointer { voxels in
      for k in 0..<volume.grid.size.depth {
        resampling.add(k, UnsafeBufferPointer(rebasing: voxels[k * plane..<(k + 1) * plane])) { index, values in
          #expect(index * values.count == result.count)
          result += values
        }
      }
    }
    return result
  }

  @Test(
    "gives the bits of the whole volume's resampling",
    arguments: [SIMD3<Double>(1, 1, 1), [1, 1, 0.4], [2, 0.7, 1.9]],
    [Interpolation.linear, .nearest])
  func bits(_ factors: SIMD3<Double>, _ across: Interpolation) throws {
    for size in [GridSize(width: 9, height: 7, depth: 5), GridSize(width: 3, height: 4, depth: 1)] {
      for channels in [1, 3] {
        let volume = volume(size, SIMD3(1, 1, 1), channels: channels)
        let target = try volume.grid.covered(withSpacing: volume.grid.spacing * factors)
        let interpolation = PerAxis<Interpolation>(i: .linear, j: .linear, k: across)
        // A grid that covers another is also resampled back to it.
        for (from, to) in [(volume, target), (volume.resampled(to: target, interpolation: interpolation), volume.grid)]
        {
          let whole = from.resampled(to: to, interpolation: interpolation).voxels
          #expect(try planes(of: from, to: to, interpolation) == whole, "\(size) \(factors) \(channels)")
        }
      }
    }
  }

  @Test("is 0 where the volume does not reach")
  func outside() throws {
    let volume = volume(GridSize(width: 4, height: 3, depth: 2), SIMD3(1, 1, 1), channels: 1)
    var target = volume.grid
    target.size = GridSize(width: 7, height: 6, depth: 5)
    target.affine.translation = volume.grid.affine(SIMD3(-2, -1, -1))
    let expected = volume.resampled(to: target, interpolation: .linear).voxels
    #expect(try planes(of: volume, to: target, PerAxis(.linear)) == expected)
    #expect(expected.contains(0) && expected.contains { $0 > 0 })
  }

  @Test("gives the same values where the target begins well before the volume, or after it", arguments: [-3, -9, 2, 9])
  func shifted(planes shift: Int) throws {
    let volume = volume(GridSize(width: 4, height: 3, depth: 5), SIMD3(1, 1, 1), channels: 1)
    var target = volume.grid
    target.size.depth = 8
    target.affine.translation = volume.grid.affine(SIMD3(0, 0, Double(shift) + 0.25))
    let expected = volume.resampled(to: target, interpolation: .linear).voxels
    #expect(try planes(of: volume, to: target, PerAxis(.linear)) == expected)
  }

  @Test("is refused where the axes run otherwise, or an affine has no inverse")
  func refused() {
    let grid = volume(GridSize(width: 4, height: 3, depth: 2), SIMD3(1, 1, 1), channels: 1).grid
    let turned = grid.reoriented(by: Reorientation(from: .ras, to: Orientation("RSA")!))
    let reversed = grid.reoriented(by: Reorientation(from: .ras, to: Orientation("RAI")!))
    let flat = Grid(size: grid.size, affine: Affine(scale: SIMD3(1, 1, 0)), unit: .millimetres)
    for (from, to) in [(grid, turned), (grid, reversed), (flat, grid)] {
      #expect(PlaneResampling(from: from, to: to, channels: 1, interpolation: PerAxis(.linear)) == nil)
    }
  }
}
