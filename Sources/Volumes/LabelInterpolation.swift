/// How labels between voxel centres are made. A label never gains a value that no voxel has.
public enum LabelInterpolation: String, CaseIterable, Hashable, Sendable, Codable {
  /// The label of the nearest voxel; half-way, of the one with the larger index.
  case nearest
  /// The class whose share, interpolated linearly between the 2 neighbours along each axis, is the largest: smoother
  /// borders than those of `nearest`.
  ///
  /// Of equal shares that of the nearest voxel's class counts, or else the lowest class index. `LabelMap.ignored` is a
  /// class like others. Positions are taken to 1e-6 voxels, so that equal shares are equal.
  case linear
}

extension LabelInterpolation {
  /// The interpolation of a class's share.
  var ofShares: Interpolation {
    switch self {
    case .nearest: .nearest
    case .linear: .linear
    }
  }
}
