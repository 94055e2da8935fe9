import Volumes

/// The one map that a drawn transform comes to: from the voxels of an output window to points of an input grid.
///
/// Rigid, stretching and elastic parts, and the window's place in the input, are composed, so that an image and its
/// labels are each interpolated once. The window has the input's spacing and may be of another size: a crop or padding
/// costs nothing. Angles and lengths are true on any grid: anisotropic, oblique, or sheared as scans of a tilted gantry.
///
/// Where a point's nearest voxel is one of the input's, the input is interpolated there (its outermost voxels reach
/// half a voxel outward); elsewhere the output gets the `outside` value, image and labels at the same voxels.
public struct SpatialMap: Sendable {
  /// The grid that is sampled.
  public let inputGrid: Grid
  /// The number of voxels of the window that is written.
  public let outputSize: GridSize
  /// The input voxel on which the window's first voxel lies before the transform.
  public let origin: SIMD3<Int>

  /// From output voxels to input voxels, but for the elastic part.
  let affine: Affine
  /// The elastic part, where there is one, about the window's centre.
  let field: ElasticField?
  let centre: SIMD3<Double>
  /// The map whose way back this is, where that is not affine.
  let forward: [SpatialMap]

  /// Composes a transform with a window.
  ///
  /// - Parameters:
  ///   - transform: What happens to the content, about the window's centre.
  ///   - inputGrid: The grid that is sampled, below 2^24 voxels along each axis; its spacing makes the transform right
  ///     on anisotropic voxels.
  ///   - outputSize: The window's size; the input's where it is nil.
  ///   - origin: The input voxel on which the window's first voxel lies; nil centres the window in the input, to a
  ///     whole voxel.
  ///
  /// Throws: `AugmentationError.notInvertible` for a transform that squeezes the image into nothing.
  public init(
    _ transform: SpatialTransform = .identity, from inputGrid: Grid, outputSize: GridSize? = nil,
    origin: SIMD3<Int>? = nil
  ) throws(AugmentationError) {
    var window = inputGrid
    window.size = outputSize ?? inputGrid.size
    try self.init(
      content: transform.affine, deformation: transform.deformation(of: window), from: inputGrid,
      outputSize: window.size, origin: origin)
  }

  /// Composes an affine map of the content, and a deformation, with a window.
  ///
  /// - Parameters:
  ///   - content: Where the content goes, from the window's centre, in the grid's unit: along i, along the part of j across
  ///     i, and across both; on grids that are not sheared, along their axes.
  ///   - deformation: What moves the points where the output looks before all else.
  ///
  /// Throws: `AugmentationError.notInvertible` for a map that squeezes the image into nothing.
  public init(
    content: Affine, deformation: ElasticField? = nil, from inputGrid: Grid, outputSize: GridSize? = nil,
    origin: SIMD3<Int>? = nil
  ) throws(AugmentationError) {
    let output = outputSize ?? inputGrid.size
    precondition(output.width > 0 && output.height > 0 && output.depth > 0, "a window has at least one voxel")
    precondition(max(inputGrid.counts.max(), output.width) < 1 << 24, "single precision is exact up to 2^24 voxels")
    guard let backward = content.inverse else { throw .notInvertible(determinant: content.determinant) }
    self.inputGrid = inputGrid
    self.outputSize = output
    self.origin = origin ?? Self.centredOrigin(of: output, in: inputGrid.size)
    field = deformation
    forward = []
    centre = SIMD3(Double(output.width - 1), Double(output.height - 1), Double(output.depth - 1)) / 2

    // Written as a departure from the identity, so that the identity comes out without a rounding error.
    let departure = Affine(
      i: backward.columns.i - [1, 0, 0], j: backward.columns.j - [0, 1, 0], k: backward.columns.k - [0, 0, 1],
      translation: backward.translation)
    let change = try inputGrid.inVoxels(departure)
    affine = Affine(
      i: change.columns.i + [1, 0, 0], j: change.columns.j + [0, 1, 0], k: change.columns.k + [0, 0, 1],
      translation: SIMD3<Double>(self.origin) - change.linear(centre) + change.translation)
  }

  /// The way back of a map: affine where it is, and else by solving for each point.
  init(backOf map: SpatialMap) {
    guard let backward = map.affine.inverse else { preconditionFailure("the affine of a map is invertible") }
    inputGrid = map.outputGrid
    outputSize = map.inputGrid.size
    origin = .zero &- map.origin
    affine = backward
    centre = map.centre
    field = nil
    forward = map.field == nil ? [] : [map]
  }

  /// The point of the input, in voxels, at which an output voxel or a point between voxels looks.
  public func callAsFunction(_ voxel: SIMD3<Double>) -> SIMD3<Double> {
    if let map = forward.first { return map.solve(for: voxel) }
    guard let field else { return affine(voxel) }
    let spacing = inputGrid.spacing
    return affine(voxel + field.displacement(at: (voxel - centre) * spacing) / spacing)
  }

  /// How many times its size the surroundings of an output voxel have in the input: the determinant of the map's
  /// Jacobian, of a plane that within the plane; negative where the content is mirrored.
  public func jacobianDeterminant(at voxel: SIMD3<Double>) -> Double {
    if let map = forward.first { return 1 / map.jacobianDeterminant(at: map.solve(for: voxel)) }
    var affine = affine
    if inputGrid.size.depth == 1 {
      affine.columns.k = [0, 0, 1]
    }
    return affine.determinant * (field?.jacobianDeterminant(at: (voxel - centre) * inputGrid.spacing) ?? 1)
  }

  /// The grid of the window: the input's, moved to `origin`. Where the transform is not the identity, the content no
  /// longer lies at its place in the world.
  public var outputGrid: Grid {
    var grid = inputGrid
    grid.affine.translation = inputGrid.affine(SIMD3<Double>(origin))
    grid.size = outputSize
    return grid
  }

  /// Whether the map does no more than place the window, so that voxels can be copied.
  var isCopy: Bool {
    field == nil && forward.isEmpty
      && affine == Affine(i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1], translation: SIMD3<Double>(origin))
  }

  /// Whether each output slice looks at a single input slice, that of the same index after `origin`.
  package var keepsSlices: Bool {
    let columns = affine.columns
    return forward.isEmpty && columns.i.z == 0 && columns.j.z == 0 && (columns.k.z == 1 || outputSize.depth == 1)
      && affine.translation.z == Double(origin.z) && field?.displacements.allSatisfy { $0.z == 0 } != false
  }

  private static func centredOrigin(of output: GridSize, in input: GridSize) -> SIMD3<Int> {
    SIMD3(
      (input.width - output.width) >> 1, (input.height - output.height) >> 1, (input.depth - output.depth) >> 1)
  }
}

extension Grid {
  /// A map of the grid's unit, along orthogonal axes, as a map of voxels: the first axis is i's, the second lies in the
  /// plane of i and j.
  ///
  /// Throws: `AugmentationError.notInvertible` for a grid without extent.
  fileprivate func inVoxels(_ map: Affine) throws(AugmentationError) -> Affine {
    let (spacing, columns) = (spacing, map.columns)
    if let frame = shearedFrame {
      guard let voxels = frame.inverse else { throw .notInvertible(determinant: frame.determinant) }
      return voxels.after(map).after(Affine(i: frame.columns.i, j: frame.columns.j, k: frame.columns.k))
    }
    return Affine(
      i: columns.i * spacing.x / spacing, j: columns.j * spacing.y / spacing, k: columns.k * spacing.z / spacing,
      translation: map.translation / spacing)
  }

  /// From voxels to the grid's unit along those axes; nil where the grid's own are orthogonal to rounding.
  ///
  /// Source: the upper triangular factor of a QR decomposition, by Gram and Schmidt.
  private var shearedFrame: Affine? {
    let (i, j, k) = affine.columns
    func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
    let spacing = spacing
    let (ij, ik) = (dot(i, j) / spacing.x, dot(i, k) / spacing.x)
    let acrossI = j - i * (ij / spacing.x)
    let height = dot(acrossI, acrossI).squareRoot()
    let jk = dot(acrossI, k) / height
    let rounding = 1e-5
    if abs(ij) <= rounding * spacing.y && max(abs(ik), abs(jk)) <= rounding * spacing.z { return nil }
    let depth = max(spacing.z * spacing.z - ik * ik - jk * jk, 0).squareRoot()
    return Affine(i: [spacing.x, 0, 0], j: [ij, height, 0], k: [ik, jk, depth])
  }
}
