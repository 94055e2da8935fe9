import Augmentations
import Datasets
import Foundation
import Randomness
import Review
import Volumes

/// A sheet that shows what an augmentation does to one slice: as it is, and as the first draws make it.
struct AugmentationPreview {
  private let sheet: PreviewSheet
  private let tiles: [PreviewSheet.Tile]

  private static let drawCount = 11

  init(of loaded: LoadedDataset, id: String, ranges: AugmentationRanges, seed: UInt64, stage: String) throws {
    var scan = try loaded.scan(id).volume
    var labels = try loaded.labels(id, on: scan.grid)
    if let spacing = loaded.dataset.commonSpacing {
      scan = spacing.image(scan)
      labels = labels.map(spacing.labels)
    }
    let (image, truth) = try Self.plane(of: scan, labels, id: id)
    var sheet = PreviewSheet(title: "\(stage): \(id)", classNames: loaded.dataset.classes?.names ?? [])
    sheet.details = ["The scan's slice as it is, then \(Self.drawCount) draws."]
    self.sheet = sheet
    var tiles = [PreviewSheet.Tile(caption: "as it is", image: image, labels: truth)]
    for draw in 0..<Self.drawCount {
      let key = RandomKey(seed: seed, stage: stage, draw: draw, operation: "preview")
      let map = try SpatialMap(ranges.drawSpatial(using: key, for: image.grid), from: image.grid)
      tiles.append(
        PreviewSheet.Tile(
          caption: "draw \(draw + 1)", image: image.sampled(by: map), labels: truth?.sampled(by: map)))
    }
    self.tiles = tiles
  }

  func png() throws -> Data { try sheet.draw(tiles).png() }

  /// The slice in the middle of the foreground, as a network would see it.
  private static func plane(of scan: Volume, _ labels: LabelMap?, id: String) throws -> (Volume, LabelMap?) {
    let sliced = SlicedVolume(scan, along: .superior)
    let turned = labels.map(sliced.turned)
    let index = try SliceChoice.automatic(count: 1).indices(along: 2, of: sliced.volume.grid.size, reference: turned)[0]
    let pixels = sliced.planeSize.count
    var grid = sliced.planeGrid
    grid.affine.translation = sliced.volume.grid.affine(SIMD3(0, 0, Double(index)))
    let values = pixels * scan.channels
    let image = Volume(
      grid: grid, channels: scan.channels, voxels: Array(sliced.volume.voxels[index * values..<(index + 1) * values]))
    let truth = turned.map { LabelMap(grid: grid, labels: Array($0.labels[index * pixels..<(index + 1) * pixels])) }
    return (image, truth)
  }
}
