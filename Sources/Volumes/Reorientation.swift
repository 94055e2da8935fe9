import CKernels

/// An exact rearrangement of a grid's voxels: its axes permuted, some of them reversed.
public struct Reorientation: Hashable, Sendable {
  /// For each axis of the result, the axis of the source that it is: 0, 1 and 2, each once.
  public let sourceAxes: [Int]
  /// For each axis of the result, whether it runs against its source axis.
  public let isReversed: [Bool]

  /// The rearrangement that takes voxels stored in one orientation to another.
  public init(from source: Orientation, to target: Orientation) {
    let axes = target.directions.map { wanted in source.directions.firstIndex { $0.axis == wanted.axis } ?? 0 }
    let reversed = zip(target.directions, axes).map { $0.isPositive != source.directions[$1].isPositive }
    self.init(sourceAxes: axes, isReversed: reversed)
  }

  init(sourceAxes: [Int], isReversed: [Bool]) {
    self.sourceAxes = sourceAxes
    self.isReversed = isReversed
  }

  /// The rearrangement that undoes this one.
  public var inverse: Reorientation {
    let axes = (0..<3).map { axis in sourceAxes.firstIndex(of: axis) ?? axis }
    return Reorientation(sourceAxes: axes, isReversed: axes.map { isReversed[$0] })
  }

  /// Whether every voxel stays where it is stored.
  public var isIdentity: Bool { sourceAxes == [0, 1, 2] && !isReversed.contains(true) }

  /// Where the voxels of a rearranged grid are stored before: the first one's place, and the steps to the next along i, j
  /// and k.
  ///
  /// - Parameters:
  ///   - size: Of the grid before.
  ///   - strides: The steps along its i, j and k; nil: those of voxels without a gap.
  public func steps(of size: GridSize, strides: [Int]? = nil) -> (first: Int, along: SIMD3<Int>) {
    let strides = strides ?? [1, size.width, size.width * size.height]
    var (first, along) = (0, SIMD3<Int>.zero)
    for (axis, source) in sourceAxes.enumerated() {
      along[axis] = isReversed[axis] ? -strides[source] : strides[source]
      if isReversed[axis] { first += (size[source] - 1) * strides[source] }
    }
    return (first, along)
  }

  /// The rearranged voxels of a grid of `size`, `channels` values each.
  package func rearranged<Element: BitwiseCopyable>(
    _ voxels: [Element], size: GridSize, channels: Int, workers: Int = Int(ck_workers())
  ) -> [Element] {
    guard !isIdentity else { return voxels }
    let bytes = MemoryLayout<Element>.stride * channels
    let counts = sourceAxes.map { size[$0] }
    let (first, along) = steps(of: size)
    let from = along &* bytes
    var rearrangement = ck_rearrangement(
      counts: (Int32(counts[0]), Int32(counts[1]), Int32(counts[2])), from: (from.x, from.y, from.z),
      to: (bytes, bytes * counts[0], bytes * counts[0] * counts[1]), size: bytes)
    return makeArray(count: voxels.count) { result in
      voxels.withUnsafeBytes { source in
        ck_rearrange(&rearrangement, source.baseAddress! + first * bytes, result, Int32(workers))
      }
    }
  }
}

extension Reorientation {
  /// Puts some of a volume's planes along k where the rearranged volume has them, so that a volume that comes plane by
  /// plane needs no place of its own before it is rearranged.
  ///
  /// - Parameters:
  ///   - planes: Which planes; within the depth of `size`.
  ///   - values: Their values. Shape: (planes, height, width, channel).
  ///   - size: The size of the whole volume, before it is rearranged.
  ///   - channels: The number of values a voxel has.
  ///   - result: The whole rearranged volume, `size.count * channels` values.
  ///   - workers: The number of threads, from 1.
  public func place(
    _ planes: Range<Int>, _ values: UnsafePointer<Float>, size: GridSize, channels: Int,
    into result: UnsafeMutablePointer<Float>, workers: Int = Int(ck_workers())
  ) {
    precondition(planes.lowerBound >= 0 && planes.upperBound <= size.depth, "the planes are in the volume")
    let bytes = MemoryLayout<Float>.stride * channels
    let fromStrides = [bytes, bytes * size.width, bytes * size.width * size.height]
    let whole = sourceAxes.map { size[$0] }
    let toStrides = [bytes, bytes * whole[0], bytes * whole[0] * whole[1]]
    var (counts, strides, from, to) = (whole, [0, 0, 0], 0, 0)
    for axis in 0..<3 {
      let source = sourceAxes[axis]
      if source == 2 {
        counts[axis] = planes.count
        to += toStrides[axis] * (isReversed[axis] ? size.depth - planes.upperBound : planes.lowerBound)
      }
      strides[axis] = isReversed[axis] ? -fromStrides[source] : fromStrides[source]
      if isReversed[axis] { from += (counts[axis] - 1) * fromStrides[source] }
    }
    var rearrangement = ck_rearrangement(
      counts: (Int32(counts[0]), Int32(counts[1]), Int32(counts[2])), from: (strides[0], strides[1], strides[2]),
      to: (toStrides[0], toStrides[1], toStrides[2]), size: bytes)
    ck_rearrange(
      &rearrangement, UnsafeRawPointer(values) + from, UnsafeMutableRawPointer(result) + to, Int32(workers))
  }
}

extension Grid {
  /// The same voxels, stored in another order: the size is permuted, and every voxel keeps its place in the world.
  public func reoriented(by reorientation: Reorientation) -> Grid {
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    var result = self
    var turned: [SIMD3<Double>] = []
    for axis in 0..<3 {
      let source = reorientation.sourceAxes[axis]
      result.size[axis] = size[source]
      if reorientation.isReversed[axis] {
        result.affine.translation += columns[source] * Double(size[source] - 1)
        turned.append(SIMD3.zero - columns[source])
      } else {
        turned.append(columns[source])
      }
    }
    result.affine.columns = (turned[0], turned[1], turned[2])
    return result
  }

  /// The same voxels, stored so that their axes run in `orientation`, or as near to it as the grid is oblique.
  public func reoriented(to orientation: Orientation) -> Grid {
    reoriented(by: Reorientation(from: self.orientation, to: orientation))
  }
}

extension Volume {
  /// The same voxels, stored in another order: exact, and undone by `reorientation.inverse`.
  public func reoriented(by reorientation: Reorientation, workers: Int = Int(ck_workers())) -> Volume {
    Volume(
      grid: grid.reoriented(by: reorientation), channels: channels,
      voxels: reorientation.rearranged(voxels, size: grid.size, channels: channels, workers: workers))
  }

  /// The same voxels, stored so that their axes run in `orientation`: no value changes, no voxel moves in the world.
  public func reoriented(to orientation: Orientation, workers: Int = Int(ck_workers())) -> Volume {
    reoriented(by: Reorientation(from: grid.orientation, to: orientation), workers: workers)
  }
}

extension LabelMap {
  /// The same labels, stored in another order: exact, and undone by `reorientation.inverse`.
  public func reoriented(by reorientation: Reorientation, workers: Int = Int(ck_workers())) -> LabelMap {
    LabelMap(
      grid: grid.reoriented(by: reorientation),
      labels: reorientation.rearranged(labels, size: grid.size, channels: 1, workers: workers))
  }

  /// The same labels, stored so that their axes run in `orientation`: no value changes, no voxel moves in the world.
  public func reoriented(to orientation: Orientation, workers: Int = Int(ck_workers())) -> LabelMap {
    reoriented(by: Reorientation(from: grid.orientation, to: orientation), workers: workers)
  }
}
