/// Linear or cubic sampling between grids that are turned or sheared against each other: 8 or 64 neighbours a voxel.
struct ObliqueSampler {
  let source: GridSize
  let target: GridSize
  /// From target voxel indices to source voxel indices.
  let map: Affine
  /// The number of values a voxel has.
  let channels: Int
  let isCubic: Bool

  /// The sampled values; `outside` where the source does not reach.
  func sample(_ voxels: [Float], outside: Float) -> [Float] {
    var values = voxels
    if isCubic { prefilter(&values) }
    return [Float](unsafeUninitializedCapacity: target.count * channels) { result, initialized in
      values.withUnsafeBufferPointer { values in
        for k in 0..<target.depth {
          for j in 0..<target.height { sampleLine(values, j: j, k: k, outside: outside, into: result) }
        }
      }
      initialized = target.count * channels
    }
  }

  private func prefilter(_ values: inout [Float]) {
    let plane = source.width * source.height
    CubicSpline.prefilter(&values, outer: source.height * source.depth, count: source.width, inner: channels)
    CubicSpline.prefilter(&values, outer: source.depth, count: source.height, inner: source.width * channels)
    CubicSpline.prefilter(&values, outer: 1, count: source.depth, inner: plane * channels)
  }

  private func sampleLine(
    _ values: UnsafeBufferPointer<Float>, j: Int, k: Int, outside: Float,
    into result: UnsafeMutableBufferPointer<Float>
  ) {
    let start = map(SIMD3(0, Double(j), Double(k)))
    let step = map.columns.i
    var written = (k &* target.height &+ j) &* target.width &* channels
    for i in 0..<target.width {
      let point = start + step * Double(i)
      if isWithin(point.x, source.width) && isWithin(point.y, source.height) && isWithin(point.z, source.depth) {
        let (x, y, z) = (taps(point.x, source.width), taps(point.y, source.height), taps(point.z, source.depth))
        for channel in 0..<channels { result[written &+ channel] = sum(values, x, y, z, channel: channel) }
      } else {
        for channel in 0..<channels { result[written &+ channel] = outside }
      }
      written &+= channels
    }
  }

  /// The neighbours of a position along an axis, and their weights; linear sampling leaves the last two at 0.
  @inline(__always)
  private func taps(_ position: Double, _ count: Int) -> (indices: SIMD4<Int>, weights: SIMD4<Float>) {
    let position = folded(snapped(position), count)
    let floor = position.rounded(.down)
    let (index, fraction) = (Int(floor), Float(position - floor))
    if isCubic {
      let indices = SIMD4(
        mirrored(index &- 1, count), index, mirrored(index &+ 1, count), mirrored(index &+ 2, count))
      return (indices, CubicSpline.weights(at: fraction))
    }
    return (SIMD4(index, min(index &+ 1, count &- 1), 0, 0), SIMD4(1 - fraction, fraction, 0, 0))
  }

  @inline(__always)
  private func sum(
    _ values: UnsafeBufferPointer<Float>, _ x: (indices: SIMD4<Int>, weights: SIMD4<Float>),
    _ y: (indices: SIMD4<Int>, weights: SIMD4<Float>), _ z: (indices: SIMD4<Int>, weights: SIMD4<Float>), channel: Int
  ) -> Float {
    let width = isCubic ? 4 : 2
    var total: Float = 0
    for c in 0..<width {
      var plane: Float = 0
      for b in 0..<width {
        let line = (z.indices[c] &* source.height &+ y.indices[b]) &* source.width
        var row: Float = 0
        for a in 0..<width { row += x.weights[a] * values[(line &+ x.indices[a]) &* channels &+ channel] }
        plane += y.weights[b] * row
      }
      total += z.weights[c] * plane
    }
    return total
  }
}
