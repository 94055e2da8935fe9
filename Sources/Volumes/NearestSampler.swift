/// Sampling of the nearest voxel, of images and labels alike.
struct NearestSampler {
  let source: GridSize
  let target: GridSize
  /// From target voxel indices to source voxel indices.
  let map: Affine
  /// The number of values a voxel has.
  let channels: Int

  /// The values of the nearest voxels; `outside` where the source does not reach.
  func sample<Element>(_ voxels: [Element], outside: Element) -> [Element] {
    var result = [Element](repeating: outside, count: target.count * channels)
    result.withUnsafeMutableBufferPointer { result in
      voxels.withUnsafeBufferPointer { voxels in
        if let alignment = AxisAlignment(map: map, target: target) {
          sampleAligned(voxels, alignment, into: result)
        } else {
          sampleOblique(voxels, into: result)
        }
      }
    }
    return result
  }

  @inline(__always)
  private func sampleAligned<Element>(
    _ voxels: UnsafeBufferPointer<Element>, _ alignment: AxisAlignment, into result: UnsafeMutableBufferPointer<Element>
  ) {
    let strides = [channels, channels * source.width, channels * source.width * source.height]
    let offsets = (0..<3).map { axis in
      let sourceAxis = alignment.sourceAxes[axis]
      return (0..<target[axis]).map { index in
        offset(
          of: alignment.starts[axis] + Double(index) * alignment.steps[axis], source[sourceAxis], strides[sourceAxis])
      }
    }
    offsets[0].withUnsafeBufferPointer { columns in
      for k in 0..<target.depth where offsets[2][k] >= 0 {
        for j in 0..<target.height where offsets[1][j] >= 0 {
          let line = offsets[2][k] &+ offsets[1][j]
          var written = (k &* target.height &+ j) &* target.width &* channels
          for column in columns {
            if column >= 0 { copy(voxels, from: line &+ column, to: written, of: result) }
            written &+= channels
          }
        }
      }
    }
  }

  @inline(__always)
  private func sampleOblique<Element>(
    _ voxels: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>
  ) {
    let step = map.columns.i
    var written = 0
    for k in 0..<target.depth {
      for j in 0..<target.height {
        let line = map(SIMD3(0, Double(j), Double(k)))
        for i in 0..<target.width {
          let point = line + step * Double(i)
          let x = offset(of: point.x, source.width, channels)
          let y = offset(of: point.y, source.height, channels &* source.width)
          let z = offset(of: point.z, source.depth, channels &* source.width &* source.height)
          if x >= 0 && y >= 0 && z >= 0 { copy(voxels, from: x &+ y &+ z, to: written, of: result) }
          written &+= channels
        }
      }
    }
  }

  /// Where the sample nearest to a position stands in memory; -1 where the position lies outside.
  @inline(__always)
  private func offset(of position: Double, _ count: Int, _ stride: Int) -> Int {
    let position = snapped(position)
    guard isWithin(position, count) else { return -1 }
    return min(max(Int((position + 0.5).rounded(.down)), 0), count &- 1) &* stride
  }

  @inline(__always)
  private func copy<Element>(
    _ voxels: UnsafeBufferPointer<Element>, from read: Int, to written: Int,
    of result: UnsafeMutableBufferPointer<Element>
  ) {
    for channel in 0..<channels { result[written &+ channel] = voxels[read &+ channel] }
  }
}
