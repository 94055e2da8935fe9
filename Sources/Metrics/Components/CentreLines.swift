import CKernels
import Machine

/// The centre line of each of two masks, and how much of it is in the other mask.
struct CentreLines {
  /// The number of voxels of the prediction's line, and of those in the reference.
  let prediction: (length: Int, inside: Int)
  /// The number of voxels of the reference's line, and of those in the prediction.
  let reference: (length: Int, inside: Int)

  /// Thins both masks. Throws: `MachineError.notEnoughMemory`.
  init(of masks: ClassMasks) throws {
    prediction = try Self.measured(masks.prediction, inside: masks.reference, in: masks.frame)
    reference = try Self.measured(masks.reference, inside: masks.prediction, in: masks.frame)
  }

  private static func measured(
    _ mask: BitMask, inside other: BitMask, in frame: MaskFrame
  ) throws -> (length: Int, inside: Int) {
    let line = try frame.centreLine(of: mask)
    let inside = line.count { place in
      other.words[place.row * Int(frame.shape.words) + place.voxel / 64] >> UInt64(place.voxel % 64) & 1 == 1
    }
    return (line.count, inside)
  }
}

extension MaskFrame {
  /// The voxels of the centre line of a mask: the row, as plane * height + row, and the voxel in it.
  fileprivate func centreLine(of mask: BitMask) throws -> [(row: Int, voxel: Int)] {
    let (width, height) = (Int(shape.width), Int(shape.height))
    let plane = width * height
    // Thinning needs a layer of voxels around a plane, too.
    let first = isPlane ? plane : 0
    let count = mask.words.reduce(0) { $0 + $1.nonzeroBitCount }
    let voxelBytes = voxelCount + 2 * first
    try MemoryBudget.require(
      voxelBytes + ByteCount.product(2, count, MemoryLayout<Int>.stride), for: "the centre line of \(count) voxels")
    var voxels = [UInt8](repeating: 0, count: voxelBytes)
    var object = [Int](repeating: 0, count: 2 * count)
    var found = 0
    let words = Int(shape.words)
    for word in mask.words.indices where mask.words[word] != 0 {
      var left = mask.words[word]
      while left != 0 {
        let place = first + word / words * width + word % words * 64 + left.trailingZeroBitCount
        voxels[place] = 1
        object[found] = place
        found += 1
        left &= left &- 1
      }
    }
    let length = ck_thin(&voxels, shape.width, shape.height, isPlane, &object, count)
    return object[..<length].map { ((($0 - first) / width), ($0 - first) % width) }
  }
}
