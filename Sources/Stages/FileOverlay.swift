import Datasets
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Draws one scan with contours from files: `segment overlay`.
public struct FileOverlay {
  private let image: URL
  private let reference: URL?
  private let prediction: URL?
  private let output: URL

  /// - Parameters:
  ///   - image: The scan.
  ///   - reference: Labels on the scan's grid, drawn solid.
  ///   - prediction: Labels on the scan's grid, drawn dashed.
  ///   - output: The PNG file.
  public init(image: URL, reference: URL?, prediction: URL?, output: URL) {
    self.image = image
    self.reference = reference
    self.prediction = prediction
    self.output = output
  }

  /// Reads, draws and writes. Every value but 0 is a class.
  ///
  /// - Throws: `ScanError`, `DatasetError` for labels on another grid.
  public func run() throws {
    let files = [reference, prediction].compactMap { $0 }
    let classes = try ClassMap(foundIn: files)
    let reader = CaseReader(classes: classes, pixelSpacingMM: nil)
    let scan = try reader.scan(image, id: image.lastPathComponent)
    let grid = scan.volume.grid
    func labels(_ url: URL?) throws -> LabelMap? {
      try url.map { try reader.labels($0, id: $0.lastPathComponent, on: grid) }
    }
    let data = try CaseOverlay(classes: classes, sliceAxis: .superior, slices: 6).png(
      ScanFormat.baseName(of: image.lastPathComponent), image: scan.volume, reference: labels(reference),
      prediction: labels(prediction))
    try AtomicFile.write(data, to: output)
  }
}

extension ClassMap {
  /// Every value found in label files is a class named by it; 0 is the background.
  ///
  /// - Throws: `ScanError`; `DatasetError` for more classes than there can be.
  init(foundIn files: [URL]) throws {
    var values: Set<Int> = []
    for file in files {
      for value in Set(try ScanFile.read(file).volume.voxels) {
        if let whole = Int(exactly: value.rounded()), whole != 0 { values.insert(whole) }
      }
    }
    try self.init(
      [Entry(name: "background", values: [0])] + values.sorted().map { Entry(name: "\($0)", values: [$0]) })
  }
}
