/// The length of the tiles along one axis of a volume.
public enum TileLength: Hashable, Sendable {
  /// The whole axis, and at least so many voxels.
  case whole(atLeast: Int)
  /// So many voxels; neighbouring tiles share at least `overlap` of them, 0..<1 of the length.
  case part(Int, overlap: Double)
}

/// What counts where tiles overlap.
public enum TileWeights: Hashable, Sendable {
  /// At each voxel the tile whose centre is the nearest; of two the first.
  case crop
  /// The mean of all tiles.
  case mean
  /// The mean weighted by a Gaussian around each tile's centre, whose standard deviation along each axis is this share of
  /// the tile's length.
  /// Source: Isensee et al., "nnU-Net", Nature Methods 18, 2021, supplementary note 2, with a share of 1/8.
  case gaussian(share: Double)
}

/// The regions in which a network sees a volume: slices, patches or the whole, by their lengths along the three axes.
public struct TileShape: Hashable, Sendable {
  /// Along i.
  public var width: TileLength
  /// Along j.
  public var height: TileLength
  /// Along k.
  public var depth: TileLength
  /// What counts where tiles overlap.
  public var weights: TileWeights
  /// The number of planes before and behind a tile of one plane that are seen with it, as further channels.
  public var context: Int

  /// Makes a shape.
  public init(width: TileLength, height: TileLength, depth: TileLength, weights: TileWeights = .mean, context: Int = 0)
  {
    (self.width, self.height, self.depth, self.weights) = (width, height, depth, weights)
    self.context = context
  }
}
