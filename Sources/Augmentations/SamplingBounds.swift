import Volumes

/// The extent of a grid, in voxels: which points are its, and between which voxels each lies.
struct SamplingBounds {
  /// The largest index along each axis.
  private let last: SIMD3<Float>
  private let lastIndex: SIMD3<Int>
  /// The first coordinate beyond the outermost voxels' half.
  private let end: SIMD3<Float>

  init(_ size: SIMD3<Int>) {
    lastIndex = size &- 1
    last = SIMD3<Float>(lastIndex)
    end = last + 0.5
  }

  /// Whether a point's nearest voxel is one of the grid's; false for a coordinate that is not a number.
  @inline(__always)
  func contains(_ point: SIMD4<Float>) -> Bool { containsInPlane(point) && point.z >= -0.5 && point.z < end.z }

  /// The same, for i and j alone.
  @inline(__always)
  func containsInPlane(_ point: SIMD4<Float>) -> Bool {
    point.x >= -0.5 && point.x < end.x && point.y >= -0.5 && point.y < end.y
  }

  /// Where a coordinate of a point that the grid contains lies along an axis: the voxel at or before it, the way from
  /// there to the point in 0...1, and the step to the voxel after it, which is 0 at the rim.
  @inline(__always)
  func cell(_ coordinate: Float, along axis: Int) -> (voxel: Int, fraction: Float, step: Int) {
    let inside = min(max(coordinate, 0), last[axis])
    let voxel = Int(inside)
    return (voxel, inside - Float(voxel), voxel < lastIndex[axis] ? 1 : 0)
  }

  /// The index along an axis of the voxel nearest to a point that the grid contains.
  @inline(__always)
  func nearest(_ coordinate: Float) -> Int { Int(coordinate + 0.5) }
}

/// Where the rows of a window look along k.
struct SliceRule {
  /// Where a row looks along k.
  enum Target {
    /// At one input slice.
    case within(Int)
    /// Beyond the input.
    case outside
    /// Anywhere: each point for itself.
    case between
  }

  /// The number of voxels of a row.
  let rowWidth: Int
  private let rowsPerSlice: Int
  private let firstSlice: Int
  private let sliceCount: Int
  private let keepsSlices: Bool

  init(_ map: SpatialMap) {
    rowWidth = map.outputSize.width
    rowsPerSlice = map.outputSize.height
    firstSlice = map.origin.z
    sliceCount = map.inputGrid.size.depth
    keepsSlices = map.keepsSlices
  }

  func inputSlice(ofRow row: Int) -> Target {
    guard keepsSlices else { return .between }
    let k = row / rowsPerSlice + firstSlice
    return (0..<sliceCount).contains(k) ? .within(k) : .outside
  }
}
