import Volumes

/// The memory layout of the voxels of a box in a volume: the whole volume, or one of its planes.
public struct VoxelLayout: Hashable, Sendable {
  /// The size of the box.
  public let size: GridSize
  /// The offset of the box's first voxel in the storage, in voxels.
  public let start: Int
  /// The steps in the storage to the next voxel along the box's width, height and depth, in voxels.
  public let strides: SIMD3<Int>
  /// The number of voxels in the storage.
  public let storageCount: Int

  /// The whole of a volume.
  public init(volume size: GridSize) {
    self.size = size
    start = 0
    strides = SIMD3(1, size.width, size.width * size.height)
    storageCount = size.count
  }

  fileprivate init(plane: GridSize, start: Int, strides: SIMD3<Int>, storageCount: Int) {
    size = plane
    self.start = start
    self.strides = strides
    self.storageCount = storageCount
  }

  /// The offset in the storage of a voxel of the box, in voxels.
  func offset(of place: SIMD3<Int>) -> Int { start + (place &* strides).wrappedSum() }
}

/// A volume seen as a stack of planes across one of its axes.
public struct Slicing: Codable, Hashable, Sendable {
  /// The axis across the planes: 0 (i), 1 (j) or 2 (k).
  public let axis: Int
  /// The number of planes.
  public let count: Int
  /// The size of a plane, of depth 1: the other two axes in their order, the earlier one as the width.
  public var planeSize: GridSize { GridSize(width: planeWidth, height: planeHeight) }
  private let planeWidth: Int
  private let planeHeight: Int

  /// Slices a volume of a size across axis 0 (i), 1 (j) or 2 (k).
  public init(size: GridSize, axis: Int) {
    precondition(0...2 ~= axis, "a volume has the axes 0, 1 and 2")
    self.axis = axis
    count = size[axis]
    planeWidth = size[axis == 0 ? 1 : 0]
    planeHeight = size[axis == 2 ? 1 : 2]
  }

  /// The layout of the voxels of a plane, from 0, in the volume.
  public func layout(ofPlane index: Int) -> VoxelLayout {
    precondition((0..<count).contains(index), "the plane index is in the volume")
    let width = axis == 0 ? count : planeWidth
    let height = axis == 1 ? count : axis == 0 ? planeWidth : planeHeight
    let steps = [1, width, width * height]
    let strides = SIMD3(steps[axis == 0 ? 1 : 0], steps[axis == 2 ? 1 : 2], steps[axis])
    return VoxelLayout(
      plane: planeSize, start: index * steps[axis], strides: strides, storageCount: count * planeWidth * planeHeight)
  }
}
