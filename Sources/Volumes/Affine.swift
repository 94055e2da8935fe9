/// An affine map of 3-D space: a 3x3 matrix and a translation.
///
/// As a grid's map it takes voxel indices (i, j, k), at voxel centres, to world coordinates (right, anterior, superior).
public struct Affine: Hashable, Sendable {
  /// The images of the unit vectors along i, j and k: the matrix's columns.
  public var columns: (i: SIMD3<Double>, j: SIMD3<Double>, k: SIMD3<Double>) {
    get { (columnI, columnJ, columnK) }
    set { (columnI, columnJ, columnK) = newValue }
  }
  /// The image of the origin.
  public var translation: SIMD3<Double>
  private var columnI: SIMD3<Double>
  private var columnJ: SIMD3<Double>
  private var columnK: SIMD3<Double>

  /// Makes a map from its matrix's columns and its translation.
  public init(i: SIMD3<Double>, j: SIMD3<Double>, k: SIMD3<Double>, translation: SIMD3<Double> = .zero) {
    (columnI, columnJ, columnK) = (i, j, k)
    self.translation = translation
  }

  /// The map that leaves every point where it is.
  public static let identity = Affine(scale: SIMD3(repeating: 1))

  /// The map that scales each axis.
  public init(scale: SIMD3<Double>) {
    self.init(i: SIMD3(scale.x, 0, 0), j: SIMD3(0, scale.y, 0), k: SIMD3(0, 0, scale.z))
  }

  /// The image of a point.
  public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> { linear(point) + translation }

  /// The image of a vector: the matrix alone.
  public func linear(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    columnI * vector.x + columnJ * vector.y + columnK * vector.z
  }

  /// This map after another: `a.after(b)(p) == a(b(p))`.
  public func after(_ first: Affine) -> Affine {
    Affine(
      i: linear(first.columnI), j: linear(first.columnJ), k: linear(first.columnK), translation: self(first.translation)
    )
  }

  /// The determinant of the matrix.
  public var determinant: Double { (columnI * Self.cross(columnJ, columnK)).sum() }

  /// The lengths of the matrix's columns: for a grid's map, the spacing of its voxels.
  public var spacing: SIMD3<Double> { SIMD3(Self.length(columnI), Self.length(columnJ), Self.length(columnK)) }

  /// The inverse map; nil where the determinant is zero or not finite.
  public var inverse: Affine? {
    let scale = determinant
    guard scale != 0, scale.isFinite else { return nil }
    let rows = [
      Self.cross(columnJ, columnK) / scale, Self.cross(columnK, columnI) / scale, Self.cross(columnI, columnJ) / scale,
    ]
    func column(_ axis: Int) -> SIMD3<Double> { SIMD3(rows[0][axis], rows[1][axis], rows[2][axis]) }
    let matrix = Affine(i: column(0), j: column(1), k: column(2))
    return Affine(i: column(0), j: column(1), k: column(2), translation: -matrix.linear(translation))
  }

  private static func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }
}
