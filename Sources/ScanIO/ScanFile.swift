import Files
import Foundation
import Volumes

/// Reads and writes scans; the file extension sets the format.
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
  /// the identity as affine, in pixels. TIFF: values as stored; pages are slices, or what ImageJ and OME say; in millimetres
  /// where these tell a size, else in pixels. DICOM: see `DICOMReader`; a folder stands for the
  /// series in it, a file for itself.
  /// - Parameters:
  ///   - choices: How the file is read where it leaves a choice.
  ///   - orientation: How the volume's axes run; nil: as the file has them. The header stays the file's own.
  /// - Throws: `ScanError`.
  public static func read(
    _ url: URL, choices: ReadingChoices = ReadingChoices(), turnedTo orientation: Orientation? = nil
  ) throws -> Scan {
    let reader = try reader(of: url, choices)
    return try orientation.map { try reader.scan(turnedTo: $0) } ?? reader.scan()
  }

  /// Reads a scan with its voxels as they are stored, to the last bit: see `read(_:choices:turnedTo:)`.
  ///
  /// - Throws: `ScanError`.
  public static func readStored(_ url: URL, choices: ReadingChoices = ReadingChoices()) throws -> StoredScan {
    try reader(of: url, choices).stored()
  }

  /// The files that a scan is made of, of which `url` names one: both of a pair, the files of the DICOM series in a
  /// folder, else the file itself.
  public static func parts(of url: URL) -> [URL] {
    if RegularFile.isFolder(url.path) { return DICOMFolder.parts(of: url) }
    guard let partner = NIfTIFiles.partner(of: url) else { return [url] }
    return [url, partner].sorted { $0.path < $1.path }
  }

  /// Whether a path is a folder that holds files of DICOM; the first files in it tell, whose names tell no other format.
  public static func isSeriesFolder(_ url: URL) -> Bool {
    guard RegularFile.isFolder(url.path) else { return false }
    guard let entries = try? FileSystem.entries(in: url.path) else { return false }
    let files = entries.names.sorted().lazy.map { url.appending(path: $0, directoryHint: .notDirectory) }
      .filter { [nil, .dicom].contains(ScanFormat(fileName: $0.lastPathComponent)) && RegularFile.isRegular($0.path) }
    return files.prefix(64).contains { DICOMFolder.isDICOM($0) }
      || entries.unnameable.prefix(64).contains { DICOMFolder.beginsAsDICOM($0.head(132)) }
  }

  private static func reader(of url: URL, _ choices: ReadingChoices) throws -> any ScanReader {
    // DICOM files often have no ending, and a folder stands for the series that it holds.
    if ScanFormat(fileName: url.lastPathComponent) == nil, DICOMFolder.isDICOM(url) {
      return try DICOMReader(url, choices: choices)
    }
    return switch try format(of: url) {
    case .nifti: try NIfTIReader(url, choices: choices)
    case .png: try PNGReader(url, choices: choices)
    case .tiff: try TIFFReader(url, choices: choices)
    case .dicom: try DICOMReader(url, choices: choices)
    }
  }

  /// Writes an image.
  ///
  /// Integer datatypes take the values rounded to nearest, halves to even, unscaled. A PNG keeps no geometry, a TIFF the
  /// distances of voxels alone.
  /// - Parameters:
  ///   - volume: Of any number of channels in NIfTI (3 and 4 of uint8 as RGB24 and RGBA32, others along a fourth dimension),
  ///     of up to 4 in a PNG; of any number in a TIFF (3 of uint8 or uint16 as RGB, others as pages of their own).
  ///   - datatype: How a value is stored; uint8 or uint16 in a PNG.
  ///   - target: The file; its folder exists.
  ///   - header: The scan whose affine forms, codes and units (where the grid is the same), description and extensions a
  ///     NIfTI file takes over.
  /// - Throws: `ScanError.unknownOutput`, `.notWritten`, `.valueOutOfRange`, `.notStorable`, `.severalSlices`,
  ///   `FileError`, `MachineError.notEnoughMemory`.
  public static func write(
    _ volume: Volume, datatype: ScanDatatype, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    let url = target.fileURL
    let format = try writableFormat(of: url)
    guard isStorable(datatype, channels: volume.channels, in: format) else {
      throw ScanError.notStorable(file: url.path, format: format, datatype: datatype, channels: volume.channels)
    }
    if format != .nifti {
      try VoxelMemory.require(encoding: volume.voxels.count, datatype: datatype, file: url.path)
    }
    switch format {
    case .nifti:
      try NIfTIWriter(
        target: target, grid: volume.grid, datatype: datatype, channels: volume.channels, isLabels: false, like: header
      ).write(volume.voxels, datatype: datatype)
    case .dicom: throw ScanError.notWritten(file: url.path, format: format)
    case .png:
      let samples = try volume.voxels.withUnsafeBufferPointer { try datatype.stored($0, file: url.path) }
      try writePNG(samples, size: volume.grid.size, channels: volume.channels, datatype: datatype, to: target)
    case .tiff:
      let writer = TIFFWriter(file: url.path, grid: volume.grid, datatype: datatype, channels: volume.channels)
      try AtomicFile.write(writer.encode(volume.voxels), to: target)
    }
  }

  /// Writes an image as it is stored, to the last bit: see `write(_:datatype:to:like:)`.
  ///
  /// - Parameter volume: Not scaled.
  /// - Throws: As `write(_:datatype:to:like:)`.
  public static func write(
    _ volume: StoredVolume, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    let url = target.fileURL
    precondition(!volume.isScaled, "what is written is the values themselves")
    let format = try writableFormat(of: url)
    let (datatype, channels, grid) = (volume.datatype, volume.channels, volume.grid)
    guard isStorable(datatype, channels: channels, in: format) else {
      throw ScanError.notStorable(file: url.path, format: format, datatype: datatype, channels: channels)
    }
    switch format {
    case .nifti:
      try NIfTIWriter(target: target, grid: grid, datatype: datatype, channels: channels, isLabels: false, like: header)
        .write(stored: volume.bytes)
    case .dicom: throw ScanError.notWritten(file: url.path, format: format)
    case .png: try writePNG(volume.bytes, size: grid.size, channels: channels, datatype: datatype, to: target)
    case .tiff:
      let writer = TIFFWriter(file: url.path, grid: grid, datatype: datatype, channels: channels)
      try AtomicFile.write(writer.encode(stored: volume.bytes), to: target)
    }
  }

  /// Writes several values a voxel as the volumes of a NIfTI file, one behind the other; a plane is held at a time.
  ///
  /// - Parameters:
  ///   - volumes: How many there are; at least 2.
  ///   - grid: The grid of the voxels.
  ///   - datatype: The type of the stored values.
  ///   - slope: What stored values are multiplied by to be what they mean.
  ///   - target: The file, whose name ends as one of NIfTI; its folder exists.
  ///   - header: The scan that the values are of: see `write(_:datatype:to:like:)`.
  ///   - plane: The stored values of a plane across k: the volume's index, and k. Shape: (height, width).
  /// - Throws: `ScanError.valueOutOfRange`, `FileError`.
  public static func writeVolumes(
    _ volumes: Int, on grid: Grid, datatype: ScanDatatype, slope: Double, to target: some FileTarget,
    like header: ScanHeader?, plane: (Int, Int) -> [Float]
  ) throws {
    precondition(ScanFormat(fileName: target.fileURL.lastPathComponent) == .nifti, "the file is one of NIfTI")
    try NIfTIWriter(
      target: target, grid: grid, datatype: datatype, channels: volumes, isLabels: false, like: header, slope: slope
    ).write(datatype: datatype, plane: plane)
  }

  /// Encodes a picture as a PNG.
  ///
  /// - Parameters:
  ///   - width: The number of pixels in a row; at least 1.
  ///   - height: The number of rows; at least 1.
  ///   - channels: 1 (grey) or 3 (RGB).
  ///   - samples: 8 bits each. Shape: (height, width, channel).
  /// - Throws: `ScanError.cannotEncode` where memory runs out.
  public static func encodePNG(width: Int, height: Int, channels: Int, samples: [UInt8]) throws -> Data {
    try PNGWriter.encode(
      width: width, height: height, channels: channels, bitDepth: 8, samples: samples, file: "a picture")
  }

  private static func format(of url: URL) throws -> ScanFormat {
    guard let format = ScanFormat(fileName: url.lastPathComponent) else {
      if url.pathExtension.lowercased() == "gii" {
        throw ScanError.notAScan(file: url.path, kind: "a surface or values of its points (GIFTI)")
      }
      throw ScanError.unknownFormat(file: url.path)
    }
    return format
  }

  /// The format that a file of a name is written in.
  ///
  /// - Throws: `ScanError.unknownOutput`, `.notWritten`.
  @discardableResult
  public static func writableFormat(of url: URL) throws -> ScanFormat {
    guard let format = ScanFormat(fileName: url.lastPathComponent) else {
      throw ScanError.unknownOutput(file: url.path)
    }
    guard ScanFormat.writtenName(of: url.lastPathComponent) == url.lastPathComponent else {
      throw ScanError.notWritten(file: url.path, format: format)
    }
    return format
  }

  private static func isStorable(_ datatype: ScanDatatype, channels: Int, in format: ScanFormat) -> Bool {
    switch (format, channels) {
    case (.nifti, _), (.tiff, _): true
    case (.dicom, _): false
    case (.png, 1...4): datatype == .uint8 || datatype == .uint16
    case (.png, _): false
    }
  }

  static func writePNG(
    _ samples: [UInt8], size: GridSize, channels: Int, datatype: ScanDatatype, to target: some FileTarget
  ) throws {
    let url = target.fileURL
    guard size.depth == 1 else { throw ScanError.severalSlices(file: url.path, count: size.depth) }
    let data = try PNGWriter.encode(
      width: size.width, height: size.height, channels: channels, bitDepth: 8 * datatype.byteCount, samples: samples,
      file: url.path)
    try AtomicFile.write(data, to: target)
  }
}
