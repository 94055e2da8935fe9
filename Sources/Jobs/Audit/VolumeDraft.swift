import Datasets
import Volumes

/// The keys of a 3-D training that suit some images.
struct VolumeDraft {
  /// Stacks of fewer planes are left to 2-D networks.
  private static let leastPlanes = 8

  private let seesWholes: Bool

  /// - Parameter grids: Of the prepared images.
  /// - Returns: nil where they are not all volumes with a physical size and at least 8 voxels along each axis.
  init?(_ grids: [Grid]) {
    let areVolumes = grids.allSatisfy {
      $0.unit == .millimetres && min($0.size.width, $0.size.height, $0.size.depth) >= Self.leastPlanes
    }
    guard areVolumes, !grids.isEmpty else { return nil }
    let largest = grids.reduce(GridSize(width: 1, height: 1, depth: 1)) { size, grid in
      GridSize(
        width: max(size.width, grid.size.width), height: max(size.height, grid.size.height),
        depth: max(size.depth, grid.size.depth))
    }
    seesWholes = largest.count <= VolumeRules.mostVoxels
  }

  /// The lines of the keys.
  var lines: [String] {
    [
      "network: {kind: unet, dimensions: 3, base_channels: 16, depth: 4, norm: instance}",
      "loss: cross_entropy_and_soft_dice",
      "optimiser: {kind: adam, learning_rate: 1.0e-3}",
      "batch: 2        # \(seesWholes ? "whole volumes" : "patches of the volumes, of at most 2^18 voxels")",
      "epochs: \(seesWholes ? 30 : 20)",
    ]
  }
}
