import Augmentations
import Datasets
import Drawing
import Foundation
import Machine
import Randomness
import Review
import Volumes

/// A sheet that shows an augmentation: first random examples, as in a training; then each transform alone, at
/// the start, the middle and the end of its range; then stronger deformations without the limit.
package struct AugmentationPreview {
  private let image: Volume
  private let labels: LabelMap?
  private let ranges: AugmentationRanges
  private let key: RandomKey
  private let foreground: ForegroundPoints?

  private static let columns = 9
  private static let linesAcross = 9

  /// - Parameters:
  ///   - image: A normalised image: a plane, or a volume of which the slice in the middle of the foreground is shown.
  package init(of image: Volume, labels: LabelMap?, ranges: AugmentationRanges, seed: UInt64, stage: String) {
    (self.image, self.labels, self.ranges) = (image, labels, ranges)
    key = RandomKey(seed: seed, stage: stage, operation: "preview")
    foreground = labels.map { ForegroundPoints($0) }
  }

  /// Draws the sheet, and returns also the random values of its tiles.
  ///
  /// Throws: `ReviewError`, `AugmentationError`, `MachineError.notEnoughMemory`.
  package func draw(title: String, classNames: [String]) throws -> (png: Data, draws: [Draw]) {
    try requireMemory()
    var sheet = PreviewSheet(title: title, classNames: classNames)
    sheet.columns = Self.columns
    sheet.longestSidePixels = 192
    sheet.slice = try SliceChoice.automatic(count: 1).indices(along: 2, of: image.grid.size, reference: labels)[0]
    sheet.details = [details]
    var tiles = [PreviewSheet.Tile(caption: "original", image: image, labels: labels)]
    var draws: [Draw] = []
    for number in 1..<Self.columns {
      let drawn = try draw(ranges, number, strength: nil)
      draws.append(Draw(name: "draw \(number)", augmentation: drawn))
      tiles.append(try tile("example \(number)", drawn))
    }
    let parts = ranges.parts
    for (index, part) in parts.enumerated() {
      for (number, strength) in strengths(of: part).enumerated() {
        let drawn = try draw(part.ranges, number, strength: strength)
        draws.append(Draw(name: "\(part.name) \(number + 1)", augmentation: drawn))
        let caption = drawn == Augmentation() ? "\(part.name): no change" : "\(drawn)"
        tiles.append(try tile(caption, drawn, showsGrid: part.isSpatial))
      }
      let isLastSpatial = part.isSpatial && (index == parts.count - 1 || !parts[index + 1].isSpatial)
      if isLastSpatial { tiles += try unguardedTiles() }
    }
    return (try sheet.drawing(tiles).data(), draws)
  }

  /// What the tiles show.
  private var details: String {
    let parts = ranges.parts
    var text =
      "First row: the scan and \(Self.columns - 1) random examples. Then each transform alone, at the start, the "
      + "middle and the end of its range"
    guard parts.contains(where: \.isSpatial) else { return text + "." }
    text += ", with a deformed grid. Lengths are in \(image.grid.unit == .millimetres ? "mm" : "pixels"). "
    if parts.contains(where: { $0.name == "elastic" }) {
      text += "Elastic: largest displacement (control points); last, stronger than the range and without its limit. "
    }
    return text + "Orange: compressed below the limit (Jacobian determinant < "
      + "\(decimals(ranges.elastic.minimalJacobian, 2))). Red: folded (< 0)."
  }

  /// Checks that there is enough memory: each tile needs an image, and many also the source position of each voxel.
  private func requireMemory() throws {
    let parts = ranges.parts
    let tiles = Self.columns + 3 * (parts.count + 1)
    let deformations = 3 * (parts.filter(\.isSpatial).count + 1)
    let float = MemoryLayout<Float>.stride
    let bytesPerVoxel = tiles * (image.channels * float + 1) + deformations * 4 * float
    let size = image.grid.size
    try MemoryBudget.require(
      ByteCount.sum(ByteCount.product(size.count, bytesPerVoxel), ranges.memory(for: image.grid)),
      for: "a preview of \(tiles) tiles of \(size) voxels", remedy: size.depth > 1 ? "use --dimensions 2" : nil)
  }

  /// The random values of a tile.
  package struct Draw: Codable {
    let name: String
    let augmentation: Augmentation
  }

  private func draw(_ ranges: AugmentationRanges, _ number: Int, strength: Double?) throws -> Augmentation {
    var key = key
    key.draw = number
    var drawn = ranges.draw(using: key, for: image.grid, channels: image.channels, strength: strength)
    if let foreground {
      drawn.spatial = try drawn.spatial.keeping(ranges.keptForeground, of: foreground, from: image.grid)
    }
    return drawn
  }

  /// The strengths of the tiles; nil for flips, which have none and are shown as three examples.
  private func strengths(of part: AugmentationPart) -> [Double?] {
    part.name == "flip" ? [nil, nil, nil] : [0, 0.5, 1]
  }

  /// Tiles of the strongest deformation, several times as strong, without the limit.
  private func unguardedTiles() throws -> [PreviewSheet.Tile] {
    guard let part = ranges.parts.first(where: { $0.name == "elastic" }) else { return [] }
    var unguarded = part.ranges
    unguarded.elastic.minimalJacobian = -.greatestFiniteMagnitude
    unguarded.elastic.maximalDisplacement = nil
    var key = key
    key.draw = 2
    return try [2.0, 4, 8].map { factor in
      var spatial = unguarded.drawSpatial(using: key, for: image.grid, strength: 1)
      spatial.elastic = spatial.elastic?.scaled(by: factor)
      return try tile("elastic x\(Int(factor)), no limit", Augmentation(spatial: spatial), showsGrid: true)
    }
  }

  private func tile(_ caption: String, _ drawn: Augmentation, showsGrid: Bool = false) throws -> PreviewSheet.Tile {
    let (image, labels) = try drawn.applied(
      to: image, labels: labels, outside: image.voxels.min() ?? 0, choices: ranges.sampling)
    var tile = PreviewSheet.Tile(caption: caption, image: image, labels: labels)
    if showsGrid { tile.deformation = try deformation(by: drawn.spatial) }
    return tile
  }

  private func deformation(by transform: SpatialTransform) throws -> Deformation {
    let map = try SpatialMap(transform, from: image.grid)
    let size = image.grid.size
    let flat = abs(try SpatialMap(content: transform.affine, from: image.grid).jacobianDeterminant(at: .zero))
    var places = Volume(grid: image.grid, channels: 4, voxels: [Float](repeating: 0, count: 4 * size.count))
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let voxel = SIMD3(Double(i), Double(j), Double(k))
          let place = map(voxel)
          for axis in 0..<3 { places[i, j, k, channel: axis] = Float(place[axis]) }
          // Flips and zooms are not folding.
          let determinant = map.jacobianDeterminant(at: voxel) / flat
          places[i, j, k, channel: 3] = Float(transform.rigid.flips.count % 2 == 0 ? determinant : -determinant)
        }
      }
    }
    let spacing = image.grid.spacing
    let side = max(Double(size.width) * spacing.x, Double(size.height) * spacing.y) / Double(Self.linesAcross)
    return Deformation(places: places, spacing: side / spacing, minimum: ranges.elastic.minimalJacobian)
  }
}

extension AugmentationPreview {
  /// A plane of a scan as a 2-D network sees it: in the middle of the foreground.
  package static func plane(of scan: Volume, _ labels: LabelMap?) throws -> (image: Volume, labels: LabelMap?) {
    let reorientation = Preparation(normalisation: .none, spacing: nil, sliceAxis: .superior)
      .reorientation(of: scan.grid)
    let (image, truth) = (scan.reoriented(by: reorientation), labels?.reoriented(by: reorientation))
    let index = try SliceChoice.automatic(count: 1).indices(along: 2, of: image.grid.size, reference: truth)[0]
    let plane = Region(plane: index, across: 2, of: image.grid.size)
    return (image.part(plane), truth?.part(plane))
  }
}
