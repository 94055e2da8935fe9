import CKernels

/// How values between voxel centres are made.
///
/// Within half a voxel of the grid a volume continues by mirroring at its outermost voxel centres (d c b | a b c d | c b
/// a), as in `scipy.ndimage.map_coordinates(mode="mirror")` of orders 0, 1 and 3.
public enum Interpolation: String, CaseIterable, Hashable, Sendable, Codable {
  /// The value of the nearest voxel; half-way, of the one with the larger index.
  case nearest
  /// Linear between the 2 neighbours along each axis.
  case linear
  /// The cubic B-spline that passes through every voxel's value, from 4 coefficients along each axis.
  ///
  /// It may overshoot at edges. A value that is not finite spoils the lines through its voxel.
  /// Source: Unser, Aldroubi, Eden, "B-spline signal processing", IEEE Trans. Signal Processing 41 (1993).
  case cubic
}

extension Interpolation {
  /// The number of neighbours along an axis.
  var tapCount: Int {
    switch self {
    case .nearest: 1
    case .linear: 2
    case .cubic: 4
    }
  }

  /// The first neighbour of a position, and how far the position lies beyond the last whole index below it.
  func lowestTap(at position: Double) -> (index: Int, fraction: Float) {
    let floor = position.rounded(.down)
    return switch self {
    case .nearest: (Int((position + 0.5).rounded(.down)), 0)
    case .linear: (Int(floor), Float(position - floor))
    case .cubic: (Int(floor) - 1, Float(position - floor))
    }
  }

  /// The weights of the neighbours.
  func weights(at fraction: Float) -> [Float] {
    switch self {
    case .nearest: [1]
    case .linear: [1 - fraction, fraction]
    case .cubic:
      [Float](unsafeUninitializedCapacity: 4) { weights, count in
        ck_spline_weights(fraction, weights.baseAddress)
        count = 4
      }
    }
  }
}
