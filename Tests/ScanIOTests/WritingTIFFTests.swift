import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Writing TIFF files")
struct WritingTIFFTests {
  private let grid = Grid(
    size: GridSize(width: 5, height: 4, depth: 3), affine: Affine(scale: SIMD3(0.25, 0.4, 1.7)), unit: .millimetres)

  /// What `make_tiff.py check` compares a file with, in the file's own order of values.
  private struct Facts: Encodable {
    let pages: Int
    let datatype: String
    let values: [Float]
    let spacing: [Double]?
  }

  /// The folder that `make_tiff.py check` is to look into; nil: files are written for this test alone.
  private var folderForCheck: URL? {
    ProcessInfo.processInfo.environment["SEGMENT_TIFF_CHECK"].map { URL(filePath: $0, directoryHint: .isDirectory) }
  }

  @Test("keeps values, channels, types and the size of voxels")
  func roundTrip() throws {
    try withScratchFolder { scratch in
      for unit in [LengthUnit.millimetres, .pixels] {
        for datatype in ScanDatatype.allCases {
          for channels in 1...4 {
            let name = "\(datatype.rawValue)-\(channels)-\(unit.rawValue)"
            let url = (folderForCheck ?? scratch).appending(path: "\(name).tif")
            try writeAndRead(datatype, channels: channels, unit: unit, to: url)
          }
        }
      }
    }
  }

  private func writeAndRead(_ datatype: ScanDatatype, channels: Int, unit: LengthUnit, to url: URL) throws {
    var grid = grid
    if unit == .pixels { (grid.affine, grid.unit) = (.identity, .pixels) }
    let values = (0..<grid.size.count * channels).map { Float($0 * 7 % 120) }
    let volume = Volume(grid: grid, channels: channels, voxels: values)
    try ScanFile.write(volume, datatype: datatype, to: url)
    let scan = try ScanFile.read(url)
    #expect(scan.volume.voxels == values, "\(url.lastPathComponent)")
    #expect(scan.header.datatype == datatype)
    #expect(scan.header.channels == channels)
    #expect(scan.header.grid.unit == unit && scan.header.grid.size == grid.size)
    #expect(scan.header.grid.isSameGrid(as: grid, toleranceVoxels: 1e-5))
    guard folderForCheck != nil else { return }
    let isRGB = channels == 3 && [.uint8, .uint16].contains(datatype)
    let perPage = grid.size.width * grid.size.height
    let inFile =
      isRGB
      ? values
      : (0..<grid.size.depth).flatMap { slice in
        (0..<channels).flatMap { channel in
          (0..<perPage).map { values[(slice * perPage + $0) * channels + channel] }
        }
      }
    let facts = Facts(
      pages: grid.size.depth * (isRGB ? 1 : channels), datatype: datatype.rawValue, values: inFile,
      spacing: unit == .pixels ? nil : [grid.spacing.x, grid.spacing.y, grid.spacing.z])
    try JSONEncoder().encode(facts).write(to: url.deletingPathExtension().appendingPathExtension("json"))
  }

  @Test("of labels gives a page a slice, in 8 bits or 16, with the size of the scan that was labelled")
  func labels() throws {
    try withScratchFolder { folder in
      for name in ["tiff_imagej.tif", "tiff_ome_zc.tif", "tiff_uint16_big_endian.tif"] {
        let source = try ScanFile.readHeader(Golden.folder.appending(path: name))
        let url = folder.appending(path: "labels.tif")
        for largest in [255, 300] {
          let values = (0..<source.grid.size.count).map { $0 % 2 * largest }
          try ScanFile.writeLabels(values, grid: source.grid, to: url, like: source)
          let copy = try ScanFile.read(url)
          #expect(copy.volume.voxels == values.map { Float($0) })
          #expect(copy.header.datatype == (largest > 255 ? .uint16 : .uint8))
          #expect(copy.header.grid.size == source.grid.size && copy.header.grid.unit == source.grid.unit)
          #expect(copy.header.grid.isSameGrid(as: source.grid, toleranceVoxels: 1e-5))
        }
      }
    }
  }

  @Test("gives equal content equal bytes, and large pages several strips")
  func determinism() throws {
    let large = Grid(size: GridSize(width: 700, height: 900), affine: .identity, unit: .pixels)
    let volume = Volume(grid: large, voxels: (0..<large.size.count).map { Float($0 % 251) })
    try withScratchFolder { folder in
      let (first, second) = (folder.appending(path: "a.tif"), folder.appending(path: "b.tiff"))
      for url in [first, second] { try ScanFile.write(volume, datatype: .uint8, to: url) }
      #expect(try Data(contentsOf: first) == Data(contentsOf: second))
      #expect(try ScanFile.read(first).volume.voxels == volume.voxels)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.tif", "b.tiff"])
    }
  }

  @Test("refuses values that do not fit")
  func range() throws {
    let url = URL(filePath: "/nowhere/a.tif")
    let volume = Volume(grid: grid, voxels: [Float](repeating: 256, count: grid.size.count))
    #expect(throws: ScanError.valueOutOfRange(file: url.path, value: 256, datatype: .uint8)) {
      try ScanFile.write(volume, datatype: .uint8, to: url)
    }
  }
}
