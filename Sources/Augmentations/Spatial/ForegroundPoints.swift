import Volumes

/// Where the foreground of a label map lies: some of its voxels, spread evenly over it.
public struct ForegroundPoints: Sendable {
  /// Voxel indices.
  let voxels: [SIMD3<Double>]

  /// The voxels of a grid of this size by their indices.
  public init(_ indices: some Sequence<Int>, size: GridSize) {
    voxels = indices.map { index in
      let row = index / size.width
      return SIMD3(Double(index % size.width), Double(row % size.height), Double(row / size.height))
    }
  }

  /// Takes every n-th voxel whose label is neither background nor ignored.
  ///
  /// - Parameters:
  ///   - labels: (depth, height, width) of `size`.
  ///   - most: About how many voxels to take.
  public init(_ labels: UnsafeBufferPointer<UInt8>, size: GridSize, most: Int = 256) {
    precondition(labels.count == size.count, "one label per voxel")
    self.init(Self.indices(in: labels, most: most), size: size)
  }

  /// The indices of every n-th voxel whose label is neither background nor ignored.
  ///
  /// - Parameter most: About how many voxels to take.
  public static func indices(in labels: UnsafeBufferPointer<UInt8>, most: Int = 256) -> [Int] {
    let count = labels.reduce(0) { $0 + ($1 != 0 && $1 != LabelMap.ignored ? 1 : 0) }
    let step = max(1, count / most)
    var (indices, seen) = ([Int](), 0)
    indices.reserveCapacity(count / step + 1)
    for index in 0..<labels.count where labels[index] != 0 && labels[index] != LabelMap.ignored {
      if seen % step == step / 2 { indices.append(index) }
      seen += 1
    }
    return indices
  }

  /// Takes them of a label map.
  public init(_ labels: LabelMap, most: Int = 256) {
    self = labels.labels.withUnsafeBufferPointer { Self($0, size: labels.grid.size, most: most) }
  }
}

extension SpatialTransform {
  /// The strongest of this transform's weaker versions that keeps a share of a window's foreground within the window; flips
  /// stay. To 1/64 of its strength.
  ///
  /// - Parameters:
  ///   - share: The share, 0...1, of the points that would lie within the window without a transform.
  ///   - foreground: Points of the input.
  ///   - inputGrid, outputSize, origin: The window, as `SpatialMap` has it.
  /// Throws: `AugmentationError.notInvertible`.
  public func keeping(
    _ share: Double, of foreground: ForegroundPoints, from inputGrid: Grid, outputSize: GridSize? = nil,
    origin: SIMD3<Int>? = nil
  ) throws(AugmentationError) -> SpatialTransform {
    guard share > 0 else { return self }
    let still = WindowTest(try SpatialMap(from: inputGrid, outputSize: outputSize, origin: origin))
    let points = foreground.voxels.filter(still.shows)
    func isKept(by transform: SpatialTransform) throws(AugmentationError) -> Bool {
      let moved = WindowTest(try SpatialMap(transform, from: inputGrid, outputSize: outputSize, origin: origin))
      return Double(points.count(where: moved.shows)) >= share * Double(points.count)
    }
    guard !points.isEmpty else { return self }
    if try isKept(by: self) { return self }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<6 {
      let middle = (low + high) / 2
      if try isKept(by: weakened(to: middle)) { low = middle } else { high = middle }
    }
    return weakened(to: low)
  }
}

/// Which points of the input come to lie within a map's window.
private struct WindowTest {
  private let map: SpatialMap
  private let backward: Affine
  /// How far a deformation may move a point, in voxels.
  private let reach: SIMD3<Double>
  private let end: SIMD3<Double>

  init(_ map: SpatialMap) {
    guard let backward = map.affine.inverse else { preconditionFailure("the affine of a map is invertible") }
    (self.map, self.backward) = (map, backward)
    reach = SIMD3(repeating: map.field?.largestDisplacement ?? 0) / map.inputGrid.spacing
    end = SIMD3(Double(map.outputSize.width), Double(map.outputSize.height), Double(map.outputSize.depth)) - 0.5
  }

  func shows(_ point: SIMD3<Double>) -> Bool {
    let target = backward(point)
    // Far from the window's rim, a deformation does not matter.
    if isWithin(target, margin: reach) { return true }
    if reach == .zero || !isWithin(target, margin: -reach) { return false }
    return isWithin(map.solve(for: point), margin: .zero)
  }

  private func isWithin(_ voxel: SIMD3<Double>, margin: SIMD3<Double>) -> Bool {
    (0..<3).allSatisfy { voxel[$0] >= margin[$0] - 0.5 && voxel[$0] <= end[$0] - margin[$0] }
  }
}
