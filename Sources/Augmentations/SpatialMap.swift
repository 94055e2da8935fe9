import Volumes

/// The one map that a drawn transform comes to: from the voxels of an output window to points of an input grid.
///
/// Rigid, stretching and elastic parts, and the window's place in the input, are composed, so that an image and its
/// labels are each interpolated once. The window has the input's spacing and may be of another size: a crop or padding
/// costs nothing. The grid's axes are taken as orthogonal, however they lie in the world.
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
  /// The elastic part, where there is one.
  let elastic: ElasticTables?

  private let transform: SpatialTransform
  private let centre: SIMD3<Double>

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
    let output = outputSize ?? inputGrid.size
    precondition(output.width > 0 && output.height > 0 && output.depth > 0, "a window has at least one voxel")
    precondition(max(inputGrid.counts.max(), output.width) < 1 << 24, "single precision tells 2^24 voxels apart")
    let forward = transform.affine
    guard let backward = forward.inverse else { throw .notInvertible(determinant: forward.determinant) }
    self.inputGrid = inputGrid
    self.outputSize = output
    self.transform = transform
    self.origin = origin ?? Self.centredOrigin(of: output, in: inputGrid.size)
    centre = SIMD3(Double(output.width - 1), Double(output.height - 1), Double(output.depth - 1)) / 2

    // Written as a departure from the identity, so that the identity comes out without a rounding error.
    let spacing = inputGrid.spacing
    let change = Affine(
      i: (backward.columns.i - [1, 0, 0]) * spacing.x / spacing,
      j: (backward.columns.j - [0, 1, 0]) * spacing.y / spacing,
      k: (backward.columns.k - [0, 0, 1]) * spacing.z / spacing)
    affine = Affine(
      i: change.columns.i + [1, 0, 0], j: change.columns.j + [0, 1, 0], k: change.columns.k + [0, 0, 1],
      translation: SIMD3<Double>(self.origin) - change.linear(centre) + backward.translation / spacing)
    let linear = affine.linear
    elastic = transform.elastic.map { field in
      ElasticTables(field, size: output, spacing: spacing) { linear($0 / spacing) }
    }
  }

  /// The point of the input, in voxels, at which an output voxel or a point between voxels looks.
  public func callAsFunction(_ voxel: SIMD3<Double>) -> SIMD3<Double> {
    guard let field = transform.elastic else { return affine(voxel) }
    let spacing = inputGrid.spacing
    return affine(voxel + field.displacement(at: (voxel - centre) * spacing) / spacing)
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
    elastic == nil && affine == Affine(i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1], translation: SIMD3<Double>(origin))
  }

  /// Whether each output slice looks at a single input slice, that of the same index after `origin`.
  package var keepsSlices: Bool {
    let columns = affine.columns
    return columns.i.z == 0 && columns.j.z == 0 && (columns.k.z == 1 || outputSize.depth == 1)
      && affine.translation.z == Double(origin.z) && elastic?.movesAlongK != true
  }

  private static func centredOrigin(of output: GridSize, in input: GridSize) -> SIMD3<Int> {
    SIMD3(
      (input.width - output.width) >> 1, (input.height - output.height) >> 1, (input.depth - output.depth) >> 1)
  }
}

extension Grid {
  /// The number of voxels along i, j and k.
  var counts: SIMD3<Int> { SIMD3(size.width, size.height, size.depth) }
}
