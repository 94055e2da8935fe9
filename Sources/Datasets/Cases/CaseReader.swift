import Foundation
import ScanIO
import Volumes

/// Reads the scans and labels of cases, and checks that they can be used.
public struct CaseReader: Sendable {
  /// How values in label files become classes; nil where no labels are read.
  public let classes: ClassMap?
  /// The size of the pixels of images whose files do not know it, such as PNG, in millimetres; nil: unknown.
  public let pixelSpacingMM: SIMD2<Double>?

  /// Makes a reader.
  public init(classes: ClassMap?, pixelSpacingMM: SIMD2<Double>?) {
    self.classes = classes
    self.pixelSpacingMM = pixelSpacingMM
  }

  /// Reads a scan, its values as the file means them.
  ///
  /// - Throws: `ScanError`; `DatasetError` for values that are not finite and for an affine without inverse.
  public func scan(_ url: URL, id: String) throws -> Scan {
    var scan = try ScanFile.read(url)
    scan.volume.grid = withSpacing(scan.volume.grid)
    guard scan.volume.grid.affine.inverse != nil else { throw DatasetError.geometry(.singularAffine(id: id)) }
    return scan
  }

  /// The grid of a scan or of labels; no voxels are read.
  ///
  /// - Throws: `ScanError`.
  public func grid(_ url: URL) throws -> Grid { withSpacing(try ScanFile.readHeader(url).grid) }

  /// Reads the labels of a case whose image stands on `grid`.
  ///
  /// - Throws: `ScanError`; `DatasetError` for labels on another grid, or with values that are not listed.
  public func labels(_ url: URL, id: String, on grid: Grid) throws -> LabelMap {
    guard let classes else { preconditionFailure("labels need classes") }
    var volume = try ScanFile.read(url).volume
    volume.grid = withSpacing(volume.grid)
    try grid.checkLabel(volume.grid, ofCase: id)
    var labels = try classes.labels(from: volume, source: url.path)
    labels.grid = grid
    return labels
  }

  private func withSpacing(_ grid: Grid) -> Grid {
    guard grid.unit == .pixels, let pixelSpacingMM else { return grid }
    let scale = Affine(scale: SIMD3(pixelSpacingMM.x, pixelSpacingMM.y, 1))
    return Grid(size: grid.size, affine: scale.after(grid.affine), unit: .millimetres)
  }
}
