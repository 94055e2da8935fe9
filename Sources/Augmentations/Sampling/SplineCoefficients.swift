import CKernels
import Volumes

/// The coefficients of the cubic B-spline that passes through an image's values, as the kernels take them.
struct SplineCoefficients {
  /// Shape: (depth, height, width, channel), with a mirrored coefficient at either end of each axis of more than one sample
  /// that is interpolated along.
  let values: [Float]

  /// - Parameter isPlanar: Whether nothing is interpolated along k.
  init(of image: UnsafeBufferPointer<Float>, size: GridSize, channels: Int, isPlanar: Bool, workers: Int) {
    let layout = Layout(size, channels: channels, isPlanar: isPlanar)
    values = makeArray(count: layout.count) { values in
      layout.place(image, in: values)
      for var axis in layout.axes where axis.count > 1 {
        let first = values + layout.start
        withScratch(ck_spline_scratch(&axis, Int32(workers))) { ck_spline_filter(first, &axis, Int32(workers), $0) }
      }
      layout.mirror(values)
    }
  }

  /// Where the image's values and the margins lie.
  private struct Layout {
    let size: GridSize
    let channels: Int
    let margins: SIMD3<Int>
    /// The floats of a row and of a slice, margins included.
    let row: Int
    let slice: Int

    init(_ size: GridSize, channels: Int, isPlanar: Bool) {
      (self.size, self.channels) = (size, channels)
      margins = SIMD3(size.width > 1 ? 1 : 0, size.height > 1 ? 1 : 0, size.depth > 1 && !isPlanar ? 1 : 0)
      row = (size.width + 2 * margins.x) * channels
      slice = (size.height + 2 * margins.y) * row
    }

    var count: Int { (size.depth + 2 * margins.z) * slice }
    /// The first value of the image.
    var start: Int { margins.z * slice + margins.y * row + margins.x * channels }

    /// The axes to be interpolated along. Rows of margins between slices are taken along i as if they were the image's.
    var axes: [ck_spline_axis] {
      let inner = size.width * channels
      let rows = (size.depth - 1) * (size.height + 2 * margins.y) + size.height
      let planar = [
        ck_spline_axis(outer: rows, outer_stride: row, count: size.width, stride: channels, inner: channels),
        ck_spline_axis(outer: size.depth, outer_stride: slice, count: size.height, stride: row, inner: inner),
      ]
      let across = ck_spline_axis(outer: size.height, outer_stride: row, count: size.depth, stride: slice, inner: inner)
      return margins.z > 0 ? planar + [across] : planar
    }

    func place(_ image: UnsafeBufferPointer<Float>, in values: UnsafeMutablePointer<Float>) {
      guard var from = image.baseAddress else { return }
      let length = size.width * channels
      for k in 0..<size.depth {
        let plane = values + (k + margins.z) * slice
        for margin in [0, size.height + margins.y] where margins.y > 0 {
          (plane + margin * row).update(repeating: 0, count: row)
        }
        for j in 0..<size.height {
          (plane + (j + margins.y) * row + margins.x * channels).update(from: from, count: length)
          from += length
        }
      }
    }

    /// Fills the margins: along each axis the coefficient before the first is the second, and so on at the end.
    func mirror(_ values: UnsafeMutablePointer<Float>) {
      for k in margins.z..<size.depth + margins.z {
        let plane = values + k * slice
        for j in margins.y..<size.height + margins.y where margins.x > 0 {
          mirror(plane + j * row, count: size.width, length: channels)
        }
        if margins.y > 0 { mirror(plane, count: size.height, length: row) }
      }
      if margins.z > 0 { mirror(values, count: size.depth, length: slice) }
    }

    private func mirror(_ line: UnsafeMutablePointer<Float>, count: Int, length: Int) {
      line.update(from: line + 2 * length, count: length)
      (line + (count + 1) * length).update(from: line + (count - 1) * length, count: length)
    }
  }
}
