import Foundation
import Volumes

/// Reads and writes scans; the file's name tells the format.
///
/// Files are written whole or not at all, and equal content makes equal bytes.
public enum ScanFile {
  /// Reads what a file says of its scan, and checks it, without the voxels.
  ///
  /// - Throws: `ScanError`; damage among the voxels shows only in `read`.
  public static func readHeader(_ url: URL, choices: ReadingChoices = ReadingChoices()) throws -> ScanHeader {
    try reader(of: url, choices).scanHeader()
  }

  /// Reads a scan.
  ///
  /// NIfTI and Analyze 7.5: all integers and floats, in either byte order, scaled by slope and intercept; RGB24 and RGBA32
  /// as 3 and 4 channels; several values a voxel as channels. PNG: values as stored; i runs to the right and j down, with
  /// the identity as affine, in pixels. DICOM: see `DICOMReader`; a folder stands for the series in it, a file for itself.
  /// - Parameter choices: How the file is read where it leaves a choice.
  /// - Throws: `ScanError`.
  public static func read(_ url: URL, choices: ReadingChoices = ReadingChoices()) throws -> Scan {
    try reader(of: url, choices).scan()
  }

  /// The files that a scan is made of, of which `url` names one: both of a pair, the files of the DICOM series in a
  /// folder, else the file itself.
  public static func parts(of url: URL) -> [URL] {
    if RegularFile.isFolder(url.path) { return DICOMFolder.parts(of: url) }
    guard let partner = NIfTIFiles.partner(of: url) else { return [url] }
    return [url, partner].sorted { $0.path < $1.path }
  }

  private static func reader(of url: URL, _ choices: ReadingChoices) throws -> any ScanReader {
    // DICOM files often have no ending, and a folder stands for the series that it holds.
    if ScanFormat(fileName: url.lastPathComponent) == nil, DICOMFolder.isDICOM(url) {
      return try DICOMReader(url, choices: choices)
    }
    return switch try format(of: url) {
    case .nifti: try NIfTIReader(url, choices: choices)
    case .png: try PNGReader(url, choices: choices)
    case .dicom: try DICOMReader(url, choices: choices)
    }
  }

  /// Writes an image.
  ///
  /// Integer datatypes take the values rounded to nearest, halves to even, unscaled. A PNG keeps no geometry.
  /// - Parameters:
  ///   - volume: Of any number of channels in NIfTI (3 and 4 of uint8 as RGB24 and RGBA32, others along a fourth dimension),
  ///     of up to 4 in a PNG.
  ///   - datatype: How a value is stored; uint8 or uint16 in a PNG.
  ///   - url: The file; its folder exists.
  ///   - header: The scan whose affine forms, codes and units (where the grid is the same), description and extensions a
  ///     NIfTI file takes over.
  /// - Throws: `ScanError.unknownFormat`, `.valueOutOfRange`, `.notStorable`, `.severalSlices`, `.cannotWrite`.
  public static func write(_ volume: Volume, datatype: ScanDatatype, to url: URL, like header: ScanHeader? = nil) throws
  {
    let format = try format(of: url)
    guard isStorable(datatype, channels: volume.channels, in: format) else {
      throw ScanError.notStorable(file: url.path, format: format, datatype: datatype, channels: volume.channels)
    }
    switch format {
    case .nifti:
      try NIfTIWriter(
        url: url, grid: volume.grid, datatype: datatype, channels: volume.channels, isLabels: false, like: header
      ).write(volume.voxels, datatype: datatype)
    case .dicom: throw ScanError.onlyRead(file: url.path, format: format)
    case .png:
      let samples = try volume.voxels.withUnsafeBufferPointer { try datatype.stored($0, file: url.path) }
      try writePNG(samples, size: volume.grid.size, channels: volume.channels, datatype: datatype, to: url)
    }
  }

  /// Writes labels as the values that they have in files, in 8 bits where all fit, else in 16.
  ///
  /// A NIfTI file gets three dimensions, slope 1, intercept 0, no display range and the label intent.
  /// - Parameters:
  ///   - values: One value from 0 to 65535 a voxel. Shape: (depth, height, width).
  ///   - grid: Where the voxels stand.
  ///   - url: The file; its folder exists.
  ///   - header: The scan that was labelled: see `write(_:datatype:to:like:)`.
  /// - Throws: `ScanError.unknownFormat`, `.valueOutOfRange`, `.severalSlices`, `.cannotWrite`.
  public static func writeLabels(_ values: [Int], grid: Grid, to url: URL, like header: ScanHeader? = nil) throws {
    precondition(values.count == grid.size.count, "there is one label a voxel")
    let format = try format(of: url)
    if let bad = values.first(where: { !(0...65535).contains($0) }) {
      throw ScanError.valueOutOfRange(file: url.path, value: Double(bad), datatype: .uint16)
    }
    let isWide = values.contains { $0 > 255 }
    let datatype: ScanDatatype = isWide ? .uint16 : .uint8
    let bytes =
      isWide
      ? values.map { UInt16($0) }.withUnsafeBytes { Array($0) } : values.map { UInt8($0) }
    switch format {
    case .nifti:
      try NIfTIWriter(url: url, grid: grid, datatype: datatype, channels: 1, isLabels: true, like: header)
        .write(stored: bytes)
    case .dicom: throw ScanError.onlyRead(file: url.path, format: format)
    case .png: try writePNG(bytes, size: grid.size, channels: 1, datatype: datatype, to: url)
    }
  }

  /// Encodes a picture as a PNG.
  ///
  /// - Parameters:
  ///   - width: The number of pixels in a row; at least 1.
  ///   - height: The number of rows; at least 1.
  ///   - channels: 1 (grey) or 3 (RGB).
  ///   - samples: 8 bits each. Shape: (height, width, channel).
  /// - Throws: `ScanError.cannotWrite` where memory runs out.
  public static func encodePNG(width: Int, height: Int, channels: Int, samples: [UInt8]) throws -> Data {
    try PNGWriter.encode(
      width: width, height: height, channels: channels, bitDepth: 8, samples: samples, file: "a picture")
  }

  private static func format(of url: URL) throws -> ScanFormat {
    guard let format = ScanFormat(fileName: url.lastPathComponent) else {
      throw ScanError.unknownFormat(file: url.path)
    }
    return format
  }

  private static func isStorable(_ datatype: ScanDatatype, channels: Int, in format: ScanFormat) -> Bool {
    switch (format, channels) {
    case (.nifti, _), (.dicom, _): true
    case (.png, 1...4): datatype == .uint8 || datatype == .uint16
    case (.png, _): false
    }
  }

  private static func writePNG(
    _ samples: [UInt8], size: GridSize, channels: Int, datatype: ScanDatatype, to url: URL
  ) throws {
    guard size.depth == 1 else { throw ScanError.severalSlices(file: url.path, count: size.depth) }
    let data = try PNGWriter.encode(
      width: size.width, height: size.height, channels: channels, bitDepth: 8 * datatype.byteCount, samples: samples,
      file: url.path)
    try AtomicFile.write(data, to: url)
  }
}
