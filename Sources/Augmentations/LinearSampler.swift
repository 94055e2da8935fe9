import Volumes

/// Linear interpolation of an image at the points of a row.
struct LinearSampler {
  private let image: UnsafePointer<Float>
  private let channels: Int
  private let outside: Float
  private let size: SIMD3<Int>
  private let bounds: SamplingBounds
  private let slices: SliceRule

  init(_ map: SpatialMap, image: UnsafeBufferPointer<Float>, channels: Int, outside: Float) {
    self.image = image.baseAddress!
    self.channels = channels
    self.outside = outside
    size = map.inputGrid.counts
    bounds = SamplingBounds(size)
    slices = SliceRule(map)
  }

  func sampleRow(_ row: Int, at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<Float>) {
    switch slices.inputSlice(ofRow: row) {
    case .between: sampleVolume(at: coordinates, into: output)
    case .outside: output.update(repeating: outside, count: slices.rowWidth &* channels)
    case .within(let k):
      let slice = image + k &* size.x &* size.y &* channels
      if channels == 1 {
        sampleGreyPlane(slice, at: coordinates, into: output)
      } else {
        samplePlane(slice, at: coordinates, into: output)
      }
    }
  }

  private func sampleGreyPlane(
    _ slice: UnsafePointer<Float>, at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<slices.rowWidth {
      guard bounds.containsInPlane(coordinates[i]) else {
        output[i] = outside
        continue
      }
      let x = bounds.cell(coordinates[i].x, along: 0)
      let y = bounds.cell(coordinates[i].y, along: 1)
      let corner = slice + (y.voxel &* size.x &+ x.voxel)
      let (right, below) = (x.step, y.step &* size.x)
      let top = corner[0] + x.fraction * (corner[right] - corner[0])
      let bottom = corner[below] + x.fraction * (corner[below &+ right] - corner[below])
      output[i] = top + y.fraction * (bottom - top)
    }
  }

  private func samplePlane(
    _ slice: UnsafePointer<Float>, at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<slices.rowWidth {
      let target = output + i &* channels
      guard bounds.containsInPlane(coordinates[i]) else {
        target.update(repeating: outside, count: channels)
        continue
      }
      let x = bounds.cell(coordinates[i].x, along: 0)
      let y = bounds.cell(coordinates[i].y, along: 1)
      let corner = slice + (y.voxel &* size.x &+ x.voxel) &* channels
      let (right, below) = (x.step &* channels, y.step &* size.x &* channels)
      for c in 0..<channels {
        let top = corner[c] + x.fraction * (corner[right &+ c] - corner[c])
        let bottom = corner[below &+ c] + x.fraction * (corner[below &+ right &+ c] - corner[below &+ c])
        target[c] = top + y.fraction * (bottom - top)
      }
    }
  }

  private func sampleVolume(at coordinates: UnsafePointer<SIMD4<Float>>, into output: UnsafeMutablePointer<Float>) {
    for i in 0..<slices.rowWidth {
      let target = output + i &* channels
      guard bounds.contains(coordinates[i]) else {
        target.update(repeating: outside, count: channels)
        continue
      }
      let x = bounds.cell(coordinates[i].x, along: 0)
      let y = bounds.cell(coordinates[i].y, along: 1)
      let z = bounds.cell(coordinates[i].z, along: 2)
      let near = image + ((z.voxel &* size.y &+ y.voxel) &* size.x &+ x.voxel) &* channels
      let far = near + z.step &* size.y &* size.x &* channels
      let (right, below) = (x.step &* channels, y.step &* size.x &* channels)
      for c in 0..<channels {
        let a = near[c] + x.fraction * (near[right &+ c] - near[c])
        let b = near[below &+ c] + x.fraction * (near[below &+ right &+ c] - near[below &+ c])
        let d = far[c] + x.fraction * (far[right &+ c] - far[c])
        let e = far[below &+ c] + x.fraction * (far[below &+ right &+ c] - far[below &+ c])
        let (front, back) = (a + y.fraction * (b - a), d + y.fraction * (e - d))
        target[c] = front + z.fraction * (back - front)
      }
    }
  }
}
