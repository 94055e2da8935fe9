import Machine
import Volumes

extension AugmentationRanges {
  /// The most bytes that drawing and guarding an elastic field takes for a window; 0 where none is drawn.
  ///
  /// Control points grow with the window over their distance: a distance of a voxel makes as many as there are voxels.
  public func memory(for window: Grid) -> Int {
    guard elastic.probability > 0 else { return 0 }
    let axes = ActiveAxes(of: window, planarRatio: planarRatio).axes
    let points = elastic.controlPointCounts(for: window, along: axes)
    // Displacements and their sums; of the guard three Bézier points for each along each axis, old and new.
    let bezier = axes.reduce(1) { result, _ in 3 * result }
    return ByteCount.product(ByteCount.product(of: points), 2 + 2 * bezier, MemoryLayout<SIMD3<Double>>.stride)
  }

  /// Refuses an augmentation that there is not the memory for.
  ///
  /// - Throws: `MachineError.notEnoughMemory`.
  public func requireMemory(for window: Grid, count: Int = 1) throws {
    try MemoryBudget.require(
      ByteCount.product(memory(for: window), count),
      for: "an elastic field over \(window.size) voxels", remedy: "choose a larger elastic.control_point_spacing")
  }
}

extension ElasticRanges {
  /// The largest numbers of control points along each axis.
  func controlPointCounts(for window: Grid, along axes: [Int]) -> [Int] {
    let lattice =
      switch field {
      case .controlPoints:
        ElasticLattice(covering: window, spacing: controlPointSpacing.onAxes(of: window), along: axes)
      case .coarseGrid: ElasticLattice(points: points, across: window, along: axes)
      case .noise:
        ElasticLattice(
          covering: window, spacing: sigma.length(1).onAxes(of: window) * (0.75 * sigma.bounds.lowerBound), along: axes)
      }
    return (0..<3).map { lattice.controlPoints[$0] }
  }
}
