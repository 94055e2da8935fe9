import CKernels
import Volumes

/// The coefficients of the cubic B-spline that passes through an image's values, as the kernels take them.
struct SplineCoefficients {
  /// Shape: (depth, height, width, channel), with a mirrored coefficient at either end of each axis of more than one sample
  /// that is interpolated along.
  let values: [Float]

  /// - Parameter isPlanar: Whether nothing is interpolated along k.
  init(of image: UnsafeBufferPointer<Float>, size: GridSize, channels: Int, isPlanar: Bool, workers: Int) {
    let shapes = [
      (outer: size.height * size.depth, count: size.width, inner: channels),
      (outer: size.depth, count: size.height, inner: size.width * channels),
      (outer: 1, count: size.depth, inner: size.width * size.height * channels),
    ].prefix(isPlanar ? 2 : 3)
    let filtered = makeArray(count: image.count) { values in
      values.update(from: image.baseAddress!, count: image.count)
      for shape in shapes where shape.count > 1 {
        withScratch(ck_spline_scratch(shape.count, shape.inner, Int32(workers))) { scratch in
          ck_spline_filter(values, shape.outer, shape.count, shape.inner, Int32(workers), scratch)
        }
      }
    }
    let margins = SIMD3(
      size.width > 1 ? 1 : 0, size.height > 1 ? 1 : 0, size.depth > 1 && !isPlanar ? 1 : 0)
    let (width, height) = (size.width + 2 * margins.x, size.height + 2 * margins.y)
    let (row, depth) = (size.width * channels, size.depth + 2 * margins.z)
    values = makeArray(count: width * height * depth * channels) { values in
      filtered.withUnsafeBufferPointer { filtered in
        var to = values
        for k in 0..<depth {
          let slice = Self.mirrored(k - margins.z, size.depth)
          for j in 0..<height {
            let from = filtered.baseAddress! + (slice * size.height + Self.mirrored(j - margins.y, size.height)) * row
            (to + margins.x * channels).update(from: from, count: row)
            if margins.x > 0 {
              to.update(from: from + channels, count: channels)
              (to + row + channels).update(from: from + row - 2 * channels, count: channels)
            }
            to += width * channels
          }
        }
      }
    }
  }

  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    index < 0 ? -index : index < count ? index : 2 * count - 2 - index
  }
}
