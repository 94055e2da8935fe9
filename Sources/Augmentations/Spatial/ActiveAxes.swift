import Volumes

/// The axes of a window along which a transform acts: both of a plane; all three of a volume, unless its slices are so
/// few that they are treated as a stack of planes.
struct ActiveAxes {
  /// Two or three axes, ascending.
  let axes: [Int]
  /// The axis across the planes; nil where all three axes are active.
  let normal: Int?
  /// Whether there are several planes.
  let isStack: Bool

  /// - Parameter planarRatio: A volume is a stack of planes where its longest side has more than so many times the
  ///   voxels that it has along its axis of the widest spacing: nnU-Net's rule for anisotropic patches.
  init(of grid: Grid, planarRatio: Double) {
    let (size, spacing) = (grid.counts, grid.spacing)
    if let flat = (0..<3).reversed().first(where: { size[$0] == 1 }) {
      normal = flat
    } else {
      // Of axes equally wide, the one with the fewest voxels.
      let widest = spacing.max() * 0.99
      let across = (0..<3).filter { spacing[$0] >= widest }.min { size[$0] < size[$1] } ?? 2
      normal = Double(size.max()) / Double(size[across]) > planarRatio ? across : nil
    }
    let normal = normal
    isStack = normal.map { size[$0] > 1 } ?? false
    axes = (0..<3).filter { $0 != normal }
  }

  /// Whether it is a plane, or a stack of them.
  var isPlanar: Bool { normal != nil }

  /// How many times the plane's shorter side its longer one is, in voxels.
  func elongation(of grid: Grid) -> Double {
    let sides = axes.map { Double(grid.counts[$0]) }
    return (sides.max() ?? 1) / max(sides.min() ?? 1, 1)
  }
}
