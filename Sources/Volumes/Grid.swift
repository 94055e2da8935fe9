import Machine

/// The number of voxels along each axis of a grid, in the file's order: i (width), j (height), k (depth).
public struct GridSize: Hashable, Sendable, CustomStringConvertible {
  /// The number of voxels along i, the axis that varies fastest; at least 1.
  public var width: Int
  /// The number of voxels along j; at least 1.
  public var height: Int
  /// The number of voxels along k; at least 1, and 1 for a plane image.
  public var depth: Int

  /// Makes a size; a plane image has a depth of 1.
  public init(width: Int, height: Int, depth: Int = 1) {
    self.width = width
    self.height = height
    self.depth = depth
  }

  /// The number of voxels.
  public var count: Int { width * height * depth }

  /// The most voxels along an axis: files and kernels count them in 32 bits.
  public static let largestSide = Int(Int32.max)
  /// The most voxels in all: their bytes can be counted, whatever is stored for each.
  public static let largestCount = 1 << 48

  /// Whether there are no more voxels than can be counted and stored.
  var isCountable: Bool {
    max(width, height, depth) <= Self.largestSide && ByteCount.product(width, height, depth) <= Self.largestCount
  }

  /// The size along axis 0 (i), 1 (j) or 2 (k).
  public subscript(axis: Int) -> Int {
    get { [width, height, depth][axis] }
    set {
      switch axis {
      case 0: width = newValue
      case 1: height = newValue
      default: depth = newValue
      }
    }
  }

  /// `width x height x depth`.
  public var description: String { "\(width)x\(height)x\(depth)" }
}

/// The unit of a grid's world coordinates.
public enum LengthUnit: String, Hashable, Sendable, Codable {
  /// World coordinates are millimetres.
  case millimetres
  /// No physical size is known: world coordinates are pixels.
  case pixels
}

/// The grid of a volume or a label map: the number of voxels along each axis, and their world coordinates.
public struct Grid: Hashable, Sendable {
  /// The number of voxels along each axis.
  public var size: GridSize
  /// From voxel indices (i, j, k) to world coordinates: right, anterior, superior, in `unit`.
  public var affine: Affine
  /// The unit of the world coordinates.
  public var unit: LengthUnit

  /// Makes a grid.
  public init(size: GridSize, affine: Affine, unit: LengthUnit) {
    self.size = size
    self.affine = affine
    self.unit = unit
  }

  /// The distances between neighbouring voxels along i, j and k, in `unit`.
  public var spacing: SIMD3<Double> { affine.spacing }
}
