import Volumes

/// How far one grid's voxels stand from another's, at the corner where they are furthest apart.
public struct GridDisplacement: Hashable, Sendable, CustomStringConvertible {
  /// The distance in voxels of the first grid: the length of the displacement in its index coordinates.
  public let voxels: Double
  /// The distance in the world, in `unit`.
  public let length: Double
  /// The unit of `length`.
  public let unit: LengthUnit
  /// The corner.
  public let corner: VoxelIndex

  /// Makes a displacement.
  public init(voxels: Double, length: Double, unit: LengthUnit, corner: VoxelIndex) {
    (self.voxels, self.length, self.unit, self.corner) = (voxels, length, unit, corner)
  }

  /// The distance, in voxels, up to which two grids are one: headers round their numbers.
  public static let toleranceVoxels = 0.1

  /// `1.5 voxels (2.25 mm) at the corner (i, j, k) = (0, 0, 0)`; without millimetres where the unit is pixels.
  public var description: String { "\(distance) at the corner \(corner)" }

  /// `1.5 voxels (2.25 mm)`.
  var distance: String {
    let millimetres = unit == .millimetres ? " (\(Wording.rounded(length)) mm)" : ""
    return "\(Wording.rounded(voxels)) voxels\(millimetres)"
  }
}

extension Grid {
  /// How far another grid of the same size stands from this one; nil where this grid's affine has no inverse.
  ///
  /// Affine maps differ most at a corner, so the eight voxels at the corners tell it for all voxels.
  public func displacement(of other: Grid) -> GridDisplacement? {
    guard let toIndices = affine.inverse else { return nil }
    var largest: GridDisplacement?
    for number in 0..<8 {
      let corner = VoxelIndex(
        i: number & 1 == 0 ? 0 : size.width - 1, j: number & 2 == 0 ? 0 : size.height - 1,
        k: number & 4 == 0 ? 0 : size.depth - 1)
      let point = SIMD3(Double(corner.i), Double(corner.j), Double(corner.k))
      let offset = other.affine(point) - affine(point)
      let indices = toIndices.linear(offset)
      let voxels = (indices * indices).sum().squareRoot()
      // Written so that a distance that is not a number counts as the largest.
      if let largest, voxels <= largest.voxels { continue }
      largest = GridDisplacement(
        voxels: voxels, length: (offset * offset).sum().squareRoot(), unit: unit, corner: corner)
      if voxels.isNaN { break }
    }
    return largest
  }

  /// Checks that a label stands on this grid, its image's.
  ///
  /// Throws `DatasetError.geometry` where the sizes or units differ, where this grid's affine has no inverse, and where
  /// a corner of the label stands more than 0.1 voxel from the image's.
  public func checkLabel(_ label: Grid, ofCase id: String) throws(DatasetError) {
    guard label.size == size else { throw .geometry(.sizeMismatch(id: id, image: size, label: label.size)) }
    guard label.unit == unit else { throw .geometry(.unitMismatch(id: id, image: unit, label: label.unit)) }
    guard let displacement = displacement(of: label) else { throw .geometry(.singularAffine(id: id)) }
    guard displacement.voxels <= GridDisplacement.toleranceVoxels else {
      throw .geometry(.misplacedLabel(id: id, displacement: displacement))
    }
  }
}
