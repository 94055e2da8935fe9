import CKernels
import Machine

/// The rows of voxels around a voxel, from the nearest on: the order in which the nearest voxel of a mask is searched.
struct RowSearch {
  private let frame: MaskFrame
  private let steps: [ck_row_step]
  /// No row that is left out is nearer than this (a square).
  private let reach: Double

  /// The rows within a distance.
  init(_ frame: MaskFrame, within distance: Double) {
    self.frame = frame
    let found = frame.isSheared ? Self.shearedSteps(frame, within: distance) : Self.steps(frame, within: distance)
    let isAll = found.count == (2 * Int(frame.shape.height) - 1) * (2 * Int(frame.shape.depth) - 1)
    steps = found.sorted { ($0.square, $0.planes, $0.rows) < ($1.square, $1.planes, $1.rows) }
    reach = isAll ? .infinity : distance * distance
  }

  /// About this many rows.
  init(_ frame: MaskFrame, rowCount: Int) {
    let spacing = frame.spacing
    let area = Double(rowCount) * spacing.y * (frame.isPlane ? spacing.y : spacing.z)
    self.init(frame, within: frame.isPlane ? Double(rowCount) / 2 * spacing.y : (area / .pi).squareRoot())
  }

  private static func steps(_ frame: MaskFrame, within distance: Double) -> [ck_row_step] {
    let (spacing, limit) = (frame.spacing, distance * distance)
    func reachable(_ count: Int32, _ spacing: Double) -> Int32 {
      Int32(min(Double(count - 1), (distance / spacing).rounded(.down) + 1))
    }
    let (rows, planes) = (reachable(frame.shape.height, spacing.y), reachable(frame.shape.depth, spacing.z))
    return (-planes...planes).flatMap { plane in
      (-rows...rows).compactMap { row -> ck_row_step? in
        let (across, down) = (Double(plane) * spacing.z, Double(row) * spacing.y)
        let square = across * across + down * down
        return square <= limit ? ck_row_step(rows: row, planes: plane, shift: 0, square: square) : nil
      }
    }
  }

  /// All rows, where the axes are not at right angles: a row comes nearest beside the voxel's own index.
  private static func shearedSteps(_ frame: MaskFrame, within distance: Double) -> [ck_row_step] {
    let steps = frame.steps
    func product(_ first: Int, _ second: Int) -> Double { (steps[first] * steps[second]).sum() }
    let along = product(0, 0)
    let (rows, planes) = (frame.shape.height - 1, frame.shape.depth - 1)
    return (-planes...planes).flatMap { plane in
      (-rows...rows).compactMap { row -> ck_row_step? in
        let (j, k) = (Double(row), Double(plane))
        let slope = product(0, 1) * j + product(0, 2) * k
        let square =
          product(1, 1) * j * j + 2 * product(1, 2) * j * k + product(2, 2) * k * k - slope * slope / along
        guard square <= distance * distance else { return nil }
        return ck_row_step(rows: row, planes: plane, shift: -slope / along, square: max(0, square))
      }
    }
  }

  /// The square of the distance from each voxel of a mask, in the order of the bits, to the nearest one of another, which is not empty;
  /// negative where there is none within the reach. Also the number of these.
  func squares(from: BitMask, to: BitMask) -> (squares: [Double], beyond: Int) {
    var shape = frame.shape
    return from.words.withUnsafeBufferPointer { from in
      to.words.withUnsafeBufferPointer { to in
        steps.withUnsafeBufferPointer { steps in
          var search = ck_row_search(
            steps: steps.baseAddress, count: steps.count, reach: reach, spacing: frame.spacing.x)
          let count = ck_mask_count(&shape, from.baseAddress)
          var beyond = 0
          let squares = [Double](unsafeUninitializedCapacity: count) { squares, initialised in
            beyond = ck_nearest_voxels(&shape, from.baseAddress, to.baseAddress, &search, squares.baseAddress)
            initialised = count
          }
          return (squares, beyond)
        }
      }
    }
  }
}

extension MaskFrame {
  /// The distance from each voxel of a mask, in the order of the bits, to the nearest one of another, which is not empty.
  ///
  /// Near voxels are searched row by row. Where many rows would be needed, a distance transform of the frame takes over;
  /// where axes are not at right angles, the search goes on over all rows.
  ///
  /// Throws: `MachineError.notEnoughMemory`.
  func distances(from: BitMask, to: BitMask) throws -> [Double] {
    var squares: [Double]
    if isSheared {
      squares = RowSearch(self, within: .infinity).squares(from: from, to: to).squares
    } else {
      let count = max(1, from.words.reduce(0) { $0 + $1.nonzeroBitCount })
      let (near, beyond) = RowSearch(self, rowCount: min(max(3 * voxelCount / count, 64), 4096))
        .squares(from: from, to: to)
      squares = near
      if beyond > 0 { try addDistant(from: from, to: to, &squares) }
    }
    for index in squares.indices { squares[index] = squares[index].squareRoot() }
    return squares
  }

  private func addDistant(from: BitMask, to: BitMask, _ squares: inout [Double]) throws {
    var shape = shape
    let bytes = ck_distance_scratch(&shape)
    try MemoryBudget.require(bytes, for: "the distances between two surfaces (\(voxelCount) voxels around them)")
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { scratch.deallocate() }
    let spacing = [spacing.x, spacing.y, spacing.z]
    from.words.withUnsafeBufferPointer { from in
      to.words.withUnsafeBufferPointer { to in
        squares.withUnsafeMutableBufferPointer { squares in
          ck_distant_voxels(&shape, from.baseAddress, to.baseAddress, spacing, scratch, squares.baseAddress)
        }
      }
    }
  }
}
