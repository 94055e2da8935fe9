import Networks
import Volumes

// Where grids become tensors and back: (depth, height, width) of a tensor are k, j and i of a grid.

extension Extent {
  /// The extent of a tensor that has the voxels of a grid.
  public init(_ size: GridSize) { self.init(depth: size.depth, height: size.height, width: size.width) }

  /// The size of the grid whose voxels a tensor of this extent has.
  public var gridSize: GridSize { GridSize(width: width, height: height, depth: depth) }
}
