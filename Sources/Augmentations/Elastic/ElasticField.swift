import Volumes

/// A smooth displacement of every point: a uniform cubic B-spline over a coarse lattice of control points.
///
/// The lattice is centred on the window that is sampled; beyond it the field goes on with its value at the rim. The
/// field displaces where the output looks, before the rigid and stretching parts. No point moves farther than the
/// control points do: each displacement is a weighted mean of theirs.
/// Source: Rueckert et al., "Nonrigid registration using free-form deformations", IEEE Transactions on Medical Imaging
/// 18, 1999.
public struct ElasticField: Hashable, Sendable {
  /// The number of control points along i, j and k: at least 4, or 1 along an axis along which nothing changes.
  public let controlPoints: SIMD3<Int>
  /// The distance between neighbouring control points along i, j and k, in the grid's unit.
  public let spacing: SIMD3<Double>
  /// The displacements of the control points along i, j and k, in the grid's unit.
  /// Shape: (k, j, i), i varying fastest.
  public let displacements: [SIMD3<Double>]

  /// Makes a field from its control points' displacements.
  ///
  /// Throws: `AugmentationError.malformedField`, and `.outOfRange` for the spacing.
  public init(
    controlPoints: SIMD3<Int>, spacing: SIMD3<Double>, displacements: [SIMD3<Double>]
  ) throws(AugmentationError) {
    for axis in 0..<3 where !(spacing[axis].isFinite && spacing[axis] > 0) {
      throw .outOfRange(parameter: "elastic.control_point_spacing", value: spacing[axis], limits: 0...1e9)
    }
    let isLattice =
      (0..<3).allSatisfy { controlPoints[$0] == 1 || controlPoints[$0] >= 4 }
      && (0..<3).count { controlPoints[$0] == 1 } <= 1
    let (plane, planeOverflows) = controlPoints.x.multipliedReportingOverflow(by: controlPoints.y)
    let (count, overflows) = plane.multipliedReportingOverflow(by: controlPoints.z)
    let isFinite = displacements.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
    guard isLattice, !planeOverflows, !overflows, count == displacements.count, isFinite else {
      throw .malformedField(controlPoints: controlPoints, displacements: displacements.count)
    }
    self.init(ElasticLattice(controlPoints, spacing), displacements)
  }

  /// Makes a field over a lattice that is one.
  init(_ lattice: ElasticLattice, _ displacements: [SIMD3<Double>]) {
    controlPoints = lattice.controlPoints
    spacing = lattice.spacing
    self.displacements = displacements
  }

  var lattice: ElasticLattice { ElasticLattice(controlPoints, spacing) }

  /// The length of the largest displacement of a control point, in the grid's unit: no point moves farther.
  public var largestDisplacement: Double {
    displacements.reduce(0) { max($0, ($1 * $1).sum()) }.squareRoot()
  }

  /// The field with every displacement scaled.
  public func scaled(by factor: Double) -> ElasticField {
    factor == 1 ? self : ElasticField(lattice, displacements.map { $0 * factor })
  }

  /// The largest factor, at most 1 and to 1/4096, by which the field may be scaled so that the determinant of the
  /// deformation's Jacobian is known to stay at or above a bound everywhere, between voxels too.
  ///
  /// - Parameter minimum: The bound, below 1: at 0 a field all but folds; where nothing moves the determinant is 1.
  public func largestFactor(keepingJacobian minimum: Double) -> Double {
    precondition(minimum < 1, "the bound is below 1, the determinant of the identity")
    return FoldingGuard(self, minimum: minimum).largestFactor()
  }

  /// The displacement of a point, in the grid's unit.
  ///
  /// - Parameter position: The point along i, j and k, in the grid's unit from the centre of the window.
  public func displacement(at position: SIMD3<Double>) -> SIMD3<Double> {
    let knots = lattice.knots(at: position)
    return sum(knots.cells, knots.x.weights, knots.y.weights, knots.z.weights)
  }

  /// The derivatives of the displacement along i, j and k: the Jacobian of the deformation is the identity and these
  /// columns. They are 0 where the field goes on with its value at the rim.
  public func derivatives(at position: SIMD3<Double>) -> (i: SIMD3<Double>, j: SIMD3<Double>, k: SIMD3<Double>) {
    let knots = lattice.knots(at: position)
    return (
      sum(knots.cells, knots.x.slopes, knots.y.weights, knots.z.weights) / spacing.x,
      sum(knots.cells, knots.x.weights, knots.y.slopes, knots.z.weights) / spacing.y,
      sum(knots.cells, knots.x.weights, knots.y.weights, knots.z.slopes) / spacing.z
    )
  }

  /// The determinant of the deformation's Jacobian at a point: how many times its surroundings grow in the input.
  public func jacobianDeterminant(at position: SIMD3<Double>) -> Double {
    let (i, j, k) = derivatives(at: position)
    return Affine(i: i + [1, 0, 0], j: j + [0, 1, 0], k: k + [0, 0, 1]).determinant
  }

  private func sum(_ cell: SIMD3<Int>, _ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>) -> SIMD3<Double> {
    var sum = SIMD3<Double>.zero
    for c in 0..<min(4, controlPoints.z) where z[c] != 0 {
      for b in 0..<min(4, controlPoints.y) where y[b] != 0 {
        let row = ((cell.z + c) * controlPoints.y + cell.y + b) * controlPoints.x + cell.x
        for a in 0..<min(4, controlPoints.x) { sum += displacements[row + a] * (x[a] * y[b] * z[c]) }
      }
    }
    return sum
  }
}

extension ElasticField: Codable {
  private enum CodingKeys: String, CodingKey { case controlPoints, spacing, displacements }

  /// Reads a field back.
  ///
  /// Throws: `DecodingError`, and `AugmentationError` where the field is not a lattice.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      controlPoints: container.decode(SIMD3<Int>.self, forKey: .controlPoints),
      spacing: container.decode(SIMD3<Double>.self, forKey: .spacing),
      displacements: container.decode([SIMD3<Double>].self, forKey: .displacements))
  }
}
