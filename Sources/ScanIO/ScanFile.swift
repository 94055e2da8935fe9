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

  /// Writes labels as the values that they have in files, in the smallest of uint8, uint16, int16 and int32 that holds all.
  ///
  /// A NIfTI file gets three dimensions, slope 1, intercept 0, no display range and the label intent.
  /// - Parameters:
  ///   - values: One value a voxel: from -16777216 to 16777216 in NIfTI, from 0 to 65535 in a PNG. Shape: (depth, height,
  ///     width).
  ///   - grid: Where the voxels stand.
  ///   - target: The file; its folder exists.
  ///   - header: The scan that was labelled: see `write(_:datatype:to:like:)`.
  /// - Throws: `ScanError.unknownOutput`, `.notWritten`, `.valueOutOfRange`, `.severalSlices`, `FileError`.
  public static func writeLabels(
    _ values: [Int], grid: Grid, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    precondition(values.count == grid.size.count, "there is one label a voxel")
    let range = (values.min() ?? 0)...(values.max() ?? 0)
    try writeLabels(range: range, grid: grid, to: target, like: header) { values[$0] }
  }

  /// Writes labels as the values that stand for them, in the smallest datatype that holds those that occur: see
  /// `writeLabels(_:grid:to:like:)`. Beside the labels the memory holds what the file stores.
  ///
  /// - Parameters:
  ///   - labels: One a voxel. Shape: (depth, height, width).
  ///   - values: The value of each label that occurs.
  ///   - grid: Where the voxels stand.
  ///   - target: The file; its folder exists.
  ///   - header: The scan that was labelled: see `write(_:datatype:to:like:)`.
  /// - Throws: As `writeLabels(_:grid:to:like:)`.
  public static func writeLabels(
    _ labels: [UInt8], values: [UInt8: Int], grid: Grid, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    precondition(labels.count == grid.size.count, "there is one label a voxel")
    var occurs = [Bool](repeating: false, count: 256)
    for label in labels { occurs[Int(label)] = true }
    let table = occurs.indices.map { label in
      let value = values[UInt8(label)]
      precondition(value != nil || !occurs[label], "each label that occurs has a value")
      return value ?? 0
    }
    let found = occurs.indices.filter { occurs[$0] }.map { table[$0] }
    try writeLabels(range: (found.min() ?? 0)...(found.max() ?? 0), grid: grid, to: target, like: header) {
      table[Int(labels[$0])]
    }
  }

  /// Writes one value a voxel; `range` is that of the values.
  private static func writeLabels(
    range: ClosedRange<Int>, grid: Grid, to target: some FileTarget, like header: ScanHeader?, value: (Int) -> Int
  ) throws {
    let url = target.fileURL
    let format = try writableFormat(of: url)
    let datatype = try labelDatatype(of: range, in: format, file: url.path)
    let bytes = stored(grid.size.count, as: datatype, value)
    switch format {
    case .nifti:
      try NIfTIWriter(target: target, grid: grid, datatype: datatype, channels: 1, isLabels: true, like: header)
        .write(stored: bytes)
    case .dicom: throw ScanError.notWritten(file: url.path, format: format)
    case .png: try writePNG(bytes, size: grid.size, channels: 1, datatype: datatype, to: target)
    case .tiff:
      let writer = TIFFWriter(file: url.path, grid: grid, datatype: datatype, channels: 1)
      try AtomicFile.write(writer.encode(stored: bytes), to: target)
    }
  }

  /// Writes labels as colours, 8 bits for each of red, green and blue.
  ///
  /// - Parameters:
  ///   - colours: One number 0xRRGGBB a voxel. Shape: (depth, height, width).
  ///   - grid: Where the voxels stand.
  ///   - target: The file; its folder exists.
  ///   - header: The scan that was labelled: see `write(_:datatype:to:like:)`.
  /// - Throws: As `writeLabels(_:grid:to:like:)`.
  public static func writeColourLabels(
    _ colours: [Int], grid: Grid, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    let voxels = colours.flatMap { [Float($0 >> 16 & 255), Float($0 >> 8 & 255), Float($0 & 255)] }
    try write(Volume(grid: grid, channels: 3, voxels: voxels), datatype: .uint8, to: target, like: header)
  }

  /// The smallest of uint8, uint16, int16 and int32 that holds a range of labels.
  private static func labelDatatype(
    of range: ClosedRange<Int>, in format: ScanFormat, file: String
  ) throws -> ScanDatatype {
    let limits = format == .png ? 0...65535 : -16_777_216...16_777_216
    for bound in [range.lowerBound, range.upperBound] where !limits.contains(bound) {
      throw ScanError.valueOutOfRange(file: file, value: Double(bound), datatype: format == .png ? .uint16 : .int32)
    }
    if range.lowerBound >= 0, range.upperBound < 256 { return .uint8 }
    if range.lowerBound >= 0, range.upperBound < 65536 { return .uint16 }
    if range.lowerBound >= -32768, range.upperBound < 32768 { return .int16 }
    return .int32
  }

  /// So many values as a file stores them.
  private static func stored(_ count: Int, as datatype: ScanDatatype, _ value: (Int) -> Int) -> [UInt8] {
    func bytes<Number: FixedWidthInteger>(_: Number.Type) -> [UInt8] {
      let size = MemoryLayout<Number>.size
      return [UInt8](unsafeUninitializedCapacity: count * size) { bytes, initialized in
        for place in 0..<count {
          UnsafeMutableRawPointer(bytes.baseAddress! + place * size)
            .storeBytes(of: Number(truncatingIfNeeded: value(place)), as: Number.self)
        }
        initialized = count * size
      }
    }
    switch datatype {
    case .uint8: return bytes(UInt8.self)
    case .uint16: return bytes(UInt16.self)
    case .int16: return bytes(Int16.self)
    default: return bytes(Int32.self)
    }
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

  private static func writePNG(
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
