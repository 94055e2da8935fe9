import CKernels
import Volumes

/// A map in the form that the kernels take.
struct SpatialSampling {
  private var warp: ck_warp
  private let inputSize: GridSize
  private let displacements: [Float]
  /// The control points that act at each index of the output along i, j and k, and the place among them,
  /// one axis behind the other.
  private let cells: [Int32]
  private let fractions: [Float]
  /// For each index along i, the first behind it that has other control points.
  private let ends: [Int32]
  private let points: [Float]

  init(_ map: SpatialMap, channels: Int, choices: SamplingChoices, workers: Int) {
    let points = map.solvedPoints(workers: workers)
    let (columns, output) = (map.affine.columns, map.outputSize)
    warp = ck_warp()
    inputSize = map.inputGrid.size
    warp.input = Self.tuple(map.inputGrid.counts)
    warp.output = Self.tuple(SIMD3(output.width, output.height, output.depth))
    warp.channels = Int32(channels)
    warp.start = Self.tuple(map.affine.translation)
    warp.steps = (Self.tuple(columns.i), Self.tuple(columns.j), Self.tuple(columns.k))
    warp.keeps_slices = map.keepsSlices
    warp.first_slice = Int32(map.origin.z)
    warp.is_cubic = choices.image == .cubic
    warp.are_elected = choices.labels == .linear
    warp.workers = Int32(workers)
    self.points = points ?? []
    guard points == nil, let field = map.field else {
      (displacements, cells, fractions, ends) = ([], [], [], [])
      return
    }
    let (lattice, spacing, linear) = (field.lattice, map.inputGrid.spacing, map.affine.linear)
    warp.lattice = Self.tuple(lattice.controlPoints)
    let count = field.displacements.count
    var displacements = [Float](repeating: 0, count: 3 * count)
    for (index, displacement) in field.displacements.enumerated() {
      let move = SIMD3<Float>(linear(displacement / spacing))
      for axis in 0..<3 { displacements[axis * count + index] = move[axis] }
    }
    self.displacements = displacements
    let knots = (0..<3).flatMap { axis in
      (0..<output[axis]).map { index in
        lattice.knot((Double(index) - Double(output[axis] - 1) / 2) * spacing[axis], axis: axis)
      }
    }
    let cells = knots.map { Int32($0.cell) }
    var ends = [Int32](repeating: Int32(output.width), count: output.width)
    for i in (0..<output.width - 1).reversed() { ends[i] = cells[i] == cells[i + 1] ? ends[i + 1] : Int32(i + 1) }
    (self.cells, self.ends) = (cells, ends)
    fractions = knots.map { Float($0.fraction) } + [Float](repeating: 0, count: Int(CK_WARP_MARGIN))
  }

  func run(
    image: (from: UnsafeBufferPointer<Float>, to: UnsafeMutableBufferPointer<Float>, outside: Float)?,
    labels: (from: UnsafeBufferPointer<UInt8>, to: UnsafeMutableBufferPointer<UInt8>, outside: UInt8)?
  ) {
    guard let image, warp.is_cubic else { return run(image?.from.baseAddress, image, labels) }
    let coefficients = SplineCoefficients(
      of: image.from, size: inputSize, channels: Int(warp.channels), isPlanar: warp.keeps_slices,
      workers: Int(warp.workers))
    coefficients.values.withUnsafeBufferPointer { run($0.baseAddress, image, labels) }
  }

  private func run(
    _ values: UnsafePointer<Float>?,
    _ image: (from: UnsafeBufferPointer<Float>, to: UnsafeMutableBufferPointer<Float>, outside: Float)?,
    _ labels: (from: UnsafeBufferPointer<UInt8>, to: UnsafeMutableBufferPointer<UInt8>, outside: UInt8)?
  ) {
    withPointers { warp in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: max(ck_warp_scratch(&warp), 1)) { scratch in
        ck_warp_sample(
          &warp, values, image?.outside ?? 0, image?.to.baseAddress, labels?.from.baseAddress, labels?.outside ?? 0,
          labels?.to.baseAddress, scratch.baseAddress)
      }
    }
  }

  private func withPointers(_ body: (inout ck_warp) -> Void) {
    var warp = warp
    let (j, k) = (Int(warp.output.0), Int(warp.output.0 + warp.output.1))
    points.withUnsafeBufferPointer { points in
      displacements.withUnsafeBufferPointer { displacements in
        cells.withUnsafeBufferPointer { cells in
          fractions.withUnsafeBufferPointer { fractions in
            ends.withUnsafeBufferPointer { ends in
              warp.points = points.isEmpty ? nil : points.baseAddress
              if let (cell, fraction) = cells.baseAddress.flatMap({ cell in fractions.baseAddress.map { (cell, $0) } })
              {
                warp.displacements = displacements.baseAddress
                warp.cells = (cell, cell + j, cell + k)
                warp.fractions = (fraction, fraction + j, fraction + k)
                warp.ends = ends.baseAddress
              }
              body(&warp)
            }
          }
        }
      }
    }
  }

  private static func tuple(_ v: SIMD3<Int>) -> (Int32, Int32, Int32) { (Int32(v.x), Int32(v.y), Int32(v.z)) }
  private static func tuple(_ v: SIMD3<Double>) -> (Double, Double, Double) { (v.x, v.y, v.z) }
}
