import Foundation
import Volumes

/// The difference between a grid and the expected one.
public struct GridMisfit: Hashable, Sendable, CustomStringConvertible {
  /// The number of voxels that was found.
  public let size: GridSize
  /// The number of voxels that was expected.
  public let expectedSize: GridSize
  /// How far the corners and the axes of the two fields of view lie apart.
  public let displacement: GridDisplacement

  /// Such as `4.5 mm (1.5 voxels) apart at a corner, rotated by 0.0 degrees, 9x9x9 voxels instead of 8x8x8`.
  public var description: String {
    size == expectedSize ? "\(displacement)" : "\(displacement), \(size) voxels instead of \(expectedSize)"
  }
}

/// A file that was resampled to its case's grid.
public struct ResampledFile: Hashable, Sendable, CustomStringConvertible {
  /// The file's path.
  public let file: String
  /// How it departed from the grid.
  public let misfit: GridMisfit
  /// Of labels: what they lost of their foreground; nil where they lost nothing.
  public var loss: ForegroundLoss?

  /// The file and how far it lay from the case's first image.
  public var description: String { "'\(file)' and the image are on different grids: \(misfit)" }
}

/// A file whose voxels are those of its case's grid in another order, and were put into the grid's.
public struct ReorderedFile: Hashable, Sendable, CustomStringConvertible {
  /// The file's path.
  public let file: String
  /// How the axes of the file run.
  public let found: Orientation
  /// How the axes of the case's grid run.
  public let expected: Orientation
  /// What the grid is called: that of the image, or of the reference.
  public let owner: String

  /// The file, the two orders, and that nothing else was changed.
  public var description: String {
    "'\(file)' stores its voxels in the order \(found), the \(owner) in \(expected); "
      + "they were reoriented to the \(owner)'s order, without interpolation"
  }
}

extension Grid {
  /// The difference of another grid from this one, where resampling can correct it; nil where it is the same to a tenth of a voxel,
  /// and where the two cannot be compared: without physical sizes, or with an affine without inverse.
  ///
  /// - Throws: `GeometryProblem.noOverlap` where the fields of view share nothing. `file` is what messages call the other.
  func mendableMisfit(of other: Grid, ofCase id: String, file: String) throws(DatasetError) -> GridMisfit? {
    guard unit == .millimetres, other.unit == .millimetres, affine.inverse != nil, other.affine.inverse != nil,
      !isSameGrid(as: other), let displacement = displacement(to: other.divided(into: size))
    else { return nil }
    let misfit = GridMisfit(size: other.size, expectedSize: size, displacement: displacement)
    guard overlaps(other) else { throw .geometry(.noOverlap(id: id, file: file, misfit: misfit)) }
    return misfit
  }

  /// The same field of view divided into another number of voxels.
  private func divided(into size: GridSize) -> Grid {
    var scale = SIMD3<Double>.one
    for axis in 0..<3 { scale[axis] = Double(self.size[axis]) / Double(size[axis]) }
    var voxels = Affine(scale: scale)
    voxels.translation = (scale - 1) / 2
    return Grid(size: size, affine: affine.after(voxels), unit: unit)
  }

  /// Whether the fields of view of two grids share some volume.
  ///
  /// Two boxes are apart where, along a normal of a face of either or a direction across an edge of each, their extents
  /// are: the separating axis theorem.
  func overlaps(_ other: Grid) -> Bool {
    let (own, others) = (edges, other.edges)
    let pairs = [(0, 1), (1, 2), (2, 0)]
    var axes = pairs.flatMap { [Self.cross(own[$0], own[$1]), Self.cross(others[$0], others[$1])] }
    for edge in own { axes += others.map { Self.cross(edge, $0) } }
    let distance = other.centre - centre
    return axes.allSatisfy { axis in
      let reach = (own + others).reduce(0) { $0 + abs(($1 * axis).sum()) } / 2
      return reach == 0 || abs((distance * axis).sum()) < reach
    }
  }

  /// The distance between the centres of two fields of view.
  func distance(to other: Grid) -> Double {
    let distance = other.centre - centre
    return (distance * distance).sum().squareRoot()
  }

  /// The field of view's edges along i, j and k.
  private var edges: [SIMD3<Double>] {
    [
      affine.columns.i * Double(size.width), affine.columns.j * Double(size.height),
      affine.columns.k * Double(size.depth),
    ]
  }

  private var centre: SIMD3<Double> {
    affine((SIMD3(Double(size.width), Double(size.height), Double(size.depth)) - 1) / 2)
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }
}
