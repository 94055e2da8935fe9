import Volumes

/// The labels of the voxels nearest to the points of a row.
struct NearestSampler {
  private let labels: UnsafePointer<UInt8>
  private let outside: UInt8
  private let size: SIMD3<Int>
  private let bounds: SamplingBounds
  private let slices: SliceRule

  init(_ map: SpatialMap, labels: UnsafeBufferPointer<UInt8>, outside: UInt8) {
    self.labels = labels.baseAddress!
    self.outside = outside
    size = map.inputGrid.counts
    bounds = SamplingBounds(size)
    slices = SliceRule(map)
  }

  func sampleRow(_ row: Int, at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<UInt8>) {
    switch slices.inputSlice(ofRow: row) {
    case .between: sampleVolume(at: coordinates, into: output)
    case .outside: output.update(repeating: outside, count: slices.rowWidth)
    case .within(let k): samplePlane(labels + k &* size.x &* size.y, at: coordinates, into: output)
    }
  }

  private func samplePlane(
    _ slice: UnsafePointer<UInt8>, at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<UInt8>
  ) {
    for i in 0..<slices.rowWidth {
      guard bounds.containsInPlane(coordinates[i]) else {
        output[i] = outside
        continue
      }
      let (x, y) = (bounds.nearest(coordinates[i].x), bounds.nearest(coordinates[i].y))
      output[i] = slice[y &* size.x &+ x]
    }
  }

  private func sampleVolume(at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<UInt8>) {
    for i in 0..<slices.rowWidth {
      guard bounds.contains(coordinates[i]) else {
        output[i] = outside
        continue
      }
      let (x, y) = (bounds.nearest(coordinates[i].x), bounds.nearest(coordinates[i].y))
      output[i] = labels[(bounds.nearest(coordinates[i].z) &* size.y &+ y) &* size.x &+ x]
    }
  }
}
