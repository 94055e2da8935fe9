import Foundation

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

/// For each target index along an axis, the source indices that make its value, and their weights.
struct AxisTaps: Sendable {
  /// The number of source indices a target index has: 1, 2 or 4.
  let width: Int
  /// The source indices, `width` for each target index.
  let indices: [Int]
  /// Their weights.
  let weights: [Float]
  /// The target indices that lie within half a voxel of the source.
  let inside: Range<Int>
  /// The number of target indices.
  let count: Int
  /// Whether target and source are the same samples.
  let isIdentity: Bool

  /// Makes the taps of `count` target indices at the source positions `start + index * step`.
  init(count: Int, start: Double, step: Double, sourceCount: Int, interpolation: Interpolation) {
    self.count = count
    width = interpolation.tapCount
    var indices: [Int] = []
    var weights: [Float] = []
    var inside = 0..<0
    for index in 0..<count {
      let position = snapped(start + Double(index) * step)
      if isWithin(position, sourceCount) { inside = (inside.isEmpty ? index : inside.lowerBound)..<(index + 1) }
      let (lowest, fraction) = interpolation.lowestTap(at: folded(position, sourceCount))
      for tap in 0..<width { indices.append(mirrored(lowest + tap, sourceCount)) }
      weights += interpolation.weights(at: fraction)
    }
    self.inside = inside
    self.indices = indices
    self.weights = weights
    isIdentity =
      count == sourceCount && snapped(start) == 0 && snapped(start + Double(count - 1) * step) == Double(count - 1)
  }
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
  @inline(__always)
  func lowestTap(at position: Double) -> (index: Int, fraction: Float) {
    switch self {
    case .nearest: return (Int((position + 0.5).rounded(.down)), 0)
    case .linear:
      let floor = position.rounded(.down)
      return (Int(floor), Float(position - floor))
    case .cubic:
      let floor = position.rounded(.down)
      return (Int(floor) - 1, Float(position - floor))
    }
  }

  /// The weights of the neighbours.
  func weights(at fraction: Float) -> [Float] {
    switch self {
    case .nearest: return [1]
    case .linear: return [1 - fraction, fraction]
    case .cubic:
      let weights = CubicSpline.weights(at: fraction)
      return (0..<4).map { weights[$0] }
    }
  }
}

/// A position, taken as whole where rounding alone keeps it from being so.
@inline(__always)
func snapped(_ position: Double) -> Double {
  let whole = position.rounded()
  return abs(position - whole) < 1e-6 ? whole : position
}

/// Whether a position lies within half a voxel of `count` samples, or so near that 32-bit affines cannot tell.
@inline(__always)
func isWithin(_ position: Double, _ count: Int) -> Bool {
  position >= -0.501 && position <= Double(count) - 0.499
}

/// A position mirrored into the range of `count` samples, 0...count - 1.
///
/// Positions farther than a period outside, whose values nobody asks for, are clamped.
@inline(__always)
func folded(_ position: Double, _ count: Int) -> Double {
  let last = Double(count - 1)
  let folded = position < 0 ? -position : position > last ? 2 * last - position : position
  return folded > 0 ? min(folded, last) : 0
}

/// An index mirrored at the first and the last of `count` samples; at most 2 outside.
@inline(__always)
func mirrored(_ index: Int, _ count: Int) -> Int {
  if index >= 0 && index < count { return index }
  if count == 1 { return 0 }
  let period = 2 &* count &- 2
  let wrapped = ((index % period) &+ period) % period
  return wrapped < count ? wrapped : period &- wrapped
}
