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
