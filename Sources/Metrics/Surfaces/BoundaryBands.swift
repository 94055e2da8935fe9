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
