/// The voxels of each of two masks that are near its own boundary.
struct BoundaryBands {
  private let prediction: BitMask
  private let reference: BitMask

  /// - Parameter width: How far from a boundary voxel the voxels of a band are at most; boundary voxels are always in it.
  init(of masks: ClassMasks, width: Double) {
    let search = RowSearch(masks.frame, within: width)
    func band(_ mask: BitMask) -> BitMask {
      let squares = search.squares(from: mask, to: masks.boundary(of: mask)).squares
      return mask.filtered { squares[$0] >= 0 && squares[$0] <= width * width }
    }
    (prediction, reference) = (band(masks.prediction), band(masks.reference))
  }

  /// The number of voxels in both bands, and in either.
  var counts: (both: Int, either: Int) {
    zip(prediction.words, reference.words).reduce(into: (0, 0)) { counts, words in
      counts.0 += (words.0 & words.1).nonzeroBitCount
      counts.1 += (words.0 | words.1).nonzeroBitCount
    }
  }
}

extension BitMask {
  /// The mask of those bits, numbered in their order, that are wanted.
  func filtered(_ isWanted: (Int) -> Bool) -> BitMask {
    var result = self
    var index = 0
    for word in words.indices {
      var left = words[word]
      while left != 0 {
        if !isWanted(index) { result.words[word] &= ~(left & (0 &- left)) }
        left &= left &- 1
        index += 1
      }
    }
    return result
  }
}

/// The voxels of a grid that are near the boundary of a mask.
struct BoundaryNeighbourhood {
  /// For each voxel of the grid.
  private let flags: [Bool]

  /// - Parameters:
  ///   - mask: A mask of the frame of `masks`; without voxels nothing is near.
  ///   - distance: How far voxels are from a boundary voxel at most, between centres.
  init(of mask: BitMask, in masks: ClassMasks, distance: Double) {
    let frame = masks.frame
    let size = frame.gridSize
    var flags = [Bool](repeating: false, count: size.x * size.y * size.z)
    let steps = Self.steps(frame, within: distance)
    let boundary = masks.boundary(of: mask)
    let (words, height) = (Int(frame.shape.words), Int(frame.shape.height))
    for word in boundary.words.indices where boundary.words[word] != 0 {
      let row = word / words
      var left = boundary.words[word]
      while left != 0 {
        let i = word % words * 64 + left.trailingZeroBitCount
        let voxel = frame.origin &+ SIMD3(i, row % height, row / height)
        for step in steps {
          let near = voxel &+ step
          guard all(near .>= SIMD3.zero), all(near .< size) else { continue }
          flags[(near.z * size.y + near.y) * size.x + near.x] = true
        }
        left &= left &- 1
      }
    }
    self.flags = flags
  }

  func contains(_ voxel: Int) -> Bool { flags[voxel] }

  private static func steps(_ frame: MaskFrame, within distance: Double) -> [SIMD3<Int>] {
    // A sheared axis may reach farther than its spacing says: twice as far is enough for any grid that scanners write.
    let reach = (0..<3).map { axis in
      frame.isPlane && axis == 2 ? 0 : Int((2 * distance / frame.spacing[axis]).rounded(.down))
    }
    return (-reach[2]...reach[2]).flatMap { k in
      (-reach[1]...reach[1]).flatMap { j in
        (-reach[0]...reach[0]).compactMap { i in
          let place = frame.steps[0] * Double(i) + frame.steps[1] * Double(j) + frame.steps[2] * Double(k)
          return (place * place).sum() <= distance * distance ? SIMD3(i, j, k) : nil
        }
      }
    }
  }
}
