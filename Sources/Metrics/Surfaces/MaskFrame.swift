import CKernels
import Volumes

/// The box in which the masks of a class are compared, a layer of voxels outside both masks around it.
///
/// A grid with one voxel along an axis is a plane: its boundaries are lines, and the axis counts for nothing. A frame then
/// has a depth of 1, whichever axis that is.
struct MaskFrame {
  /// The size of the grid, its axes in the order of width, height and depth.
  let gridSize: SIMD3<Int>
  /// The voxel of the grid at the frame's first voxel; may be -1 along an axis.
  let origin: SIMD3<Int>
  private let source: ck_mask_source
  /// The size of the masks.
  let shape: ck_mask_shape
  /// Whether the depth counts for nothing.
  let isPlane: Bool
  /// Where the steps along width, height and depth lead in the world.
  let steps: [SIMD3<Double>]

  /// Makes the frame of a box of voxels of a grid; `upper` is inside the box.
  init(grid: Grid, lower: SIMD3<Int>, upper: SIMD3<Int>) {
    let size = SIMD3(grid.size.width, grid.size.height, grid.size.depth)
    let flat = [2, 1, 0].first { size[$0] == 1 }
    // The voxels of a grid without one of its axes are stored in the same order.
    let axes = flat.map { flat in SIMD3([0, 1, 2].filter { $0 != flat } + [flat]) } ?? SIMD3(0, 1, 2)
    let margin = SIMD3(1, 1, flat == nil ? 1 : 0)
    func reordered(_ vector: SIMD3<Int>) -> SIMD3<Int> { SIMD3(vector[axes.x], vector[axes.y], vector[axes.z]) }
    let (lower, upper) = (reordered(lower), reordered(upper))
    let count = upper &- lower &+ 1
    let framed = count &+ 2 &* margin
    let origin = lower &- margin
    let columns = [grid.affine.columns.i, grid.affine.columns.j, grid.affine.columns.k]
    gridSize = reordered(size)
    self.origin = origin
    isPlane = flat != nil
    steps = [columns[axes.x], columns[axes.y], columns[axes.z]]
    shape = ck_mask_shape(
      width: Int32(framed.x), height: Int32(framed.y), depth: Int32(framed.z), words: Int32((framed.x + 63) / 64))
    source = ck_mask_source(
      width: Int32(size[axes.x]), height: Int32(size[axes.y]), origin: Self.triple(origin), lower: Self.triple(margin),
      upper: Self.triple(count &+ margin))
  }

  private static func triple(_ vector: SIMD3<Int>) -> (Int32, Int32, Int32) {
    (Int32(vector.x), Int32(vector.y), Int32(vector.z))
  }

  /// The number of words of a mask.
  var wordCount: Int { Int(shape.words) * Int(shape.height) * Int(shape.depth) }
  /// The number of voxels of the frame.
  var voxelCount: Int { Int(shape.width) * Int(shape.height) * Int(shape.depth) }

  /// The spacing along width, height and depth.
  var spacing: SIMD3<Double> { SIMD3(steps.map { ($0 * $0).sum().squareRoot() }) }

  /// Whether the axes that count are not at right angles, by more than files round: 0.006 degrees.
  var isSheared: Bool {
    let pairs = isPlane ? [(0, 1)] : [(0, 1), (0, 2), (1, 2)]
    return pairs.contains { first, second in
      abs((steps[first] * steps[second]).sum()) > 1e-4 * spacing[first] * spacing[second]
    }
  }

  /// The voxels of the box with a label.
  ///
  /// - Parameter reachesMargin: Whether the layer around the box counts too, where the grid has it.
  func mask(of label: UInt8, in map: LabelMap, reachesMargin: Bool = false) -> BitMask {
    var mask = BitMask(count: wordCount)
    var (shape, source) = (shape, source)
    if reachesMargin {
      let first = origin.replacing(with: 0, where: origin .> 0)
      let end = pointwiseMin(SIMD3(Int(shape.width), Int(shape.height), Int(shape.depth)), gridSize &- origin)
      source.lower = Self.triple(SIMD3.zero &- first)
      source.upper = Self.triple(end)
    }
    map.labels.withUnsafeBufferPointer { labels in
      mask.words.withUnsafeMutableBufferPointer { words in
        ck_mask_pack(&shape, &source, labels.baseAddress, label, words.baseAddress)
      }
    }
    return mask
  }
}

/// A mask of one bit a voxel, in a frame.
struct BitMask {
  var words: [UInt64]

  init(count: Int) { words = [UInt64](repeating: 0, count: count) }
}

/// The masks of a class in the prediction and in the reference. Neither is empty.
struct ClassMasks {
  let frame: MaskFrame
  let prediction: BitMask
  let reference: BitMask
  /// The voxels that the reference ignores; nil where there are none.
  let ignored: BitMask?

  /// Cuts the masks of a class out of two label maps; voxels that the reference ignores are in neither mask.
  init(
    of label: UInt8, prediction: LabelMap, reference: LabelMap, box: (lower: SIMD3<Int>, upper: SIMD3<Int>),
    hasIgnored: Bool
  ) {
    frame = MaskFrame(grid: reference.grid, lower: box.lower, upper: box.upper)
    self.reference = frame.mask(of: label, in: reference)
    var predicted = frame.mask(of: label, in: prediction)
    // Ignored neighbours beside the box are no outside, either.
    ignored = hasIgnored ? frame.mask(of: LabelMap.ignored, in: reference, reachesMargin: true) : nil
    if let ignored { for word in predicted.words.indices { predicted.words[word] &= ~ignored.words[word] } }
    self.prediction = predicted
  }

  /// The boundary voxels of a mask: those with a face neighbour (in a plane: an edge neighbour) outside it. Beyond the
  /// image is outside; an ignored voxel is not.
  func boundary(of mask: BitMask) -> BitMask {
    var boundary = BitMask(count: frame.wordCount)
    var shape = frame.shape
    boundary.words.withUnsafeMutableBufferPointer { words in
      mask.words.withUnsafeBufferPointer { mask in
        withIgnored { ignored in
          ck_mask_boundary(&shape, mask.baseAddress, ignored, frame.isPlane, words.baseAddress)
        }
      }
    }
    return boundary
  }

  /// The corners between voxels that touch both the mask and others, and for each which of its voxels are in the mask.
  func corners(of mask: BitMask) -> (corners: BitMask, codes: [UInt8]) {
    var corners = BitMask(count: frame.wordCount)
    var shape = frame.shape
    let codes = corners.words.withUnsafeMutableBufferPointer { corners in
      mask.words.withUnsafeBufferPointer { mask in
        withIgnored { ignored in
          ck_mask_corners(&shape, mask.baseAddress, ignored, frame.isPlane, corners.baseAddress)
        }
        let count = ck_mask_count(&shape, corners.baseAddress)
        return [UInt8](unsafeUninitializedCapacity: count) { codes, initialised in
          ck_mask_codes(&shape, mask.baseAddress, corners.baseAddress, frame.isPlane, codes.baseAddress)
          initialised = count
        }
      }
    }
    return (corners, codes)
  }

  private func withIgnored<Result>(_ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
    guard let ignored else { return body(nil) }
    return ignored.words.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
