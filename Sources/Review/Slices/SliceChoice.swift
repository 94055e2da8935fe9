import Volumes

/// Which slices of a volume are shown.
public enum SliceChoice: Hashable, Sendable {
  /// So many slices, evenly over the foreground of the reference, or else of the prediction, or else over the whole
  /// volume; the slice in which most voxels differ takes the place of its nearest neighbour.
  case automatic(count: Int)
  /// So many slices, evenly over the foreground.
  case even(count: Int)
  /// So many slices with most foreground of the reference, or else of the prediction.
  case largest(count: Int)
  /// So many slices with most voxels that differ; the first ones where fewer do.
  case worst(count: Int)
  /// These slices, in this order.
  case slices([Int])

  /// The slices' indices along an axis: in order and each once where they are chosen automatically.
  ///
  /// - Throws: `ReviewError.sliceOutOfRange`, and `.sizeMismatch` where the labels differ in size.
  public func indices(
    along axis: Int, of size: GridSize, reference: LabelMap? = nil, prediction: LabelMap? = nil
  ) throws(ReviewError) -> [Int] {
    for (labels, part) in [(reference, ReviewError.Part.reference), (prediction, .prediction)] {
      if let found = labels?.grid.size, found != size { throw .sizeMismatch(part, expected: size, found: found) }
    }
    switch self {
    case .slices(let slices):
      for slice in slices where !(0..<size[axis]).contains(slice) {
        throw .sliceOutOfRange(slice: slice, axis: axis, count: size[axis])
      }
      return slices
    case .even(let count):
      return Self.evenly(max(1, count), over: Self.extent(along: axis, of: size, reference, prediction))
    case .largest(let count):
      let areas = [reference, prediction].compactMap { $0 }.map { Self.areas(of: $0, along: axis) }
      guard let shown = areas.first(where: { $0.contains { $0 > 0 } }) else {
        return Self.evenly(max(1, count), over: 0...(size[axis] - 1))
      }
      return Self.most(count, shown)
    case .worst(let count):
      guard let reference, let prediction else {
        return Self.evenly(max(1, count), over: Self.extent(along: axis, of: size, reference, prediction))
      }
      return Self.most(count, Self.errors(prediction: prediction, reference: reference, along: axis))
    case .automatic(let count):
      var slices = Self.evenly(max(1, count), over: Self.extent(along: axis, of: size, reference, prediction))
      if let worst = Self.worstSlice(reference: reference, prediction: prediction, along: axis) {
        let nearest = slices.indices.min { abs(slices[$0] - worst) < abs(slices[$1] - worst) }
        if let nearest { slices[nearest] = worst }
      }
      return slices.sorted()
    }
  }

  /// The slice with the most voxels whose classes differ, the first of equals; nil where all agree or one is missing.
  /// Voxels that nobody drew do not count.
  public static func worstSlice(reference: LabelMap?, prediction: LabelMap?, along axis: Int) -> Int? {
    guard let reference, let prediction, reference.grid.size == prediction.grid.size else { return nil }
    let errors = errors(prediction: prediction, reference: reference, along: axis)
    guard let most = errors.max(), most > 0 else { return nil }
    return errors.firstIndex(of: most)
  }

  /// The number of voxels that differ in each slice.
  private static func errors(prediction: LabelMap, reference: LabelMap, along axis: Int) -> [Int] {
    var errors = [Int](repeating: 0, count: reference.grid.size[axis])
    forEachVoxel(of: reference.grid.size, along: axis) { voxel, slice in
      let (truth, guess) = (reference.labels[voxel], prediction.labels[voxel])
      if truth != guess, truth != LabelMap.ignored { errors[slice] += 1 }
    }
    return errors
  }

  /// The number of voxels of the foreground in each slice.
  private static func areas(of labels: LabelMap, along axis: Int) -> [Int] {
    var areas = [Int](repeating: 0, count: labels.grid.size[axis])
    forEachVoxel(of: labels.grid.size, along: axis) { voxel, slice in
      let label = labels.labels[voxel]
      if label != 0, label != LabelMap.ignored { areas[slice] += 1 }
    }
    return areas
  }

  /// The slices with the largest numbers, in order; of equal ones the first.
  private static func most(_ count: Int, _ numbers: [Int]) -> [Int] {
    let ranked = numbers.indices.sorted { (-numbers[$0], $0) < (-numbers[$1], $1) }
    return ranked.prefix(max(1, count)).sorted()
  }

  /// From the first to the last slice with foreground of the reference, or else of the prediction, or else all.
  private static func extent(
    along axis: Int, of size: GridSize, _ reference: LabelMap?, _ prediction: LabelMap?
  ) -> ClosedRange<Int> {
    reference.flatMap { foregroundExtent(of: $0, along: axis) }
      ?? prediction.flatMap { foregroundExtent(of: $0, along: axis) } ?? 0...(size[axis] - 1)
  }

  /// The first and last slice with foreground; nil where there is none.
  private static func foregroundExtent(of labels: LabelMap, along axis: Int) -> ClosedRange<Int>? {
    let areas = areas(of: labels, along: axis)
    guard let first = areas.firstIndex(where: { $0 > 0 }), let last = areas.lastIndex(where: { $0 > 0 }) else {
      return nil
    }
    return first...last
  }

  /// At most `count` slices at the middles of equal parts of an extent.
  private static func evenly(_ count: Int, over extent: ClosedRange<Int>) -> [Int] {
    let parts = min(count, extent.count)
    return (0..<parts).map { extent.lowerBound + (2 * $0 + 1) * extent.count / (2 * parts) }
  }

  /// Calls `body` with each voxel's index and its slice.
  private static func forEachVoxel(of size: GridSize, along axis: Int, _ body: (_ voxel: Int, _ slice: Int) -> Void) {
    var voxel = 0
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          body(voxel, axis == 0 ? i : axis == 1 ? j : k)
          voxel += 1
        }
      }
    }
  }
}
