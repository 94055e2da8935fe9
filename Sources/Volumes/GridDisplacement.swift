import Foundation

/// How far two grids of one size lie apart.
public struct GridDisplacement: Hashable, Sendable {
  /// The largest distance between corresponding corners, in voxels of the first grid; infinite where its affine is
  /// singular.
  public var voxels: Double
  /// The largest distance between corresponding corners, in `unit`.
  public var world: Double
  /// The largest angle between corresponding voxel axes, in degrees: 0...180.
  public var rotationDegrees: Double
  /// The unit of `world`.
  public var unit: LengthUnit
}

extension GridDisplacement: CustomStringConvertible {
  /// Such as `5.2 mm (4.33 voxels) apart at a corner, rotated by 0.0 degrees`.
  public var description: String {
    let shift =
      unit == .millimetres
      ? String(format: "%.4g mm (%.3g voxels)", world, voxels) : String(format: "%.4g pixels", world)
    return shift + String(format: " apart at a corner, rotated by %.1f degrees", rotationDegrees)
  }
}

extension Grid {
  /// How far another grid's corners lie from this one's; nil where the sizes differ, which is a mismatch of its own.
  ///
  /// The corners are those of the field of view, half a voxel beyond the outermost voxel centres, so that the tilt of a
  /// single slice shows. The other grid's coordinates are taken in this grid's unit.
  public func displacement(to other: Grid) -> GridDisplacement? {
    guard size == other.size else { return nil }
    let inverse = affine.inverse
    var result = GridDisplacement(voxels: 0, world: 0, rotationDegrees: 0, unit: unit)
    for corner in corners {
      let shift = other.affine(corner) - affine(corner)
      let world = Self.length(shift)
      let voxels = world == 0 ? 0 : inverse.map { Self.length($0.linear(shift)) } ?? .infinity
      result.world = Self.larger(result.world, world)
      result.voxels = Self.larger(result.voxels, voxels)
    }
    let (own, others) = (affine.columns, other.affine.columns)
    for (a, b) in [(own.i, others.i), (own.j, others.j), (own.k, others.k)] {
      result.rotationDegrees = max(result.rotationDegrees, Self.angle(a, b) * 180 / .pi)
    }
    return result
  }

  /// Whether another grid has this one's size and lies within a tolerance of it at every corner.
  ///
  /// - Parameter toleranceVoxels: The largest displacement of a corner, in voxels.
  public func isSameGrid(as other: Grid, toleranceVoxels: Double = 0.1) -> Bool {
    guard let displacement = displacement(to: other) else { return false }
    return displacement.voxels <= toleranceVoxels
  }

  /// The corners of the field of view, in voxel indices.
  private var corners: [SIMD3<Double>] {
    let far = SIMD3(Double(size.width), Double(size.height), Double(size.depth)) - 0.5
    return (0..<8).map { corner in
      SIMD3(corner & 1 == 0 ? -0.5 : far.x, corner & 2 == 0 ? -0.5 : far.y, corner & 4 == 0 ? -0.5 : far.z)
    }
  }

  private static func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

  /// The larger of two numbers; not a number where either is none, so that a broken affine is never near to another.
  private static func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }

  /// The angle between two vectors in radians, exact for small ones; 0 where one of them is zero.
  private static func angle(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    let (lengthA, lengthB) = (length(a), length(b))
    guard lengthA > 0, lengthB > 0 else { return 0 }
    let (unitA, unitB) = (a / lengthA, b / lengthB)
    return 2 * atan2(length(unitA - unitB), length(unitA + unitB))
  }
}
