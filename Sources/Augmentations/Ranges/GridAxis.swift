import Volumes

/// An axis of a grid: i (width), j (height) or k (depth).
public enum GridAxis: String, Hashable, Sendable, Codable, CaseIterable {
  /// The axis along a row, which varies fastest.
  case i
  /// The axis along a column.
  case j
  /// The axis across slices; a plane has no extent along it.
  case k

  /// 0 for i, 1 for j, 2 for k.
  var index: Int {
    switch self {
    case .i: 0
    case .j: 1
    case .k: 2
    }
  }
}

extension Grid {
  /// The number of voxels along i, j and k.
  var counts: SIMD3<Int> { SIMD3(size.width, size.height, size.depth) }
}
