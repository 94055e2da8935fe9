import Files
import Foundation
import Volumes

extension ScanFile {
  /// Writes labels as the values that they have in files, in the smallest of uint8, uint16, int16 and int32 that holds all.
  ///
  /// A NIfTI file gets three dimensions, slope 1, intercept 0, no display range and the label intent.
  /// - Parameters:
  ///   - values: One value a voxel: from -16777216 to 16777216 in NIfTI, from 0 to 65535 in a PNG. Shape: (depth, height,
  ///     width).
  ///   - grid: The grid of the voxels.
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

  /// Writes labels as the values that mean them in files, in the smallest datatype that holds those that occur: see
  /// `writeLabels(_:grid:to:like:)`. Beside the labels the memory holds what the file stores.
  ///
  /// - Parameters:
  ///   - labels: One a voxel. Shape: (depth, height, width).
  ///   - values: The value of each label that occurs.
  ///   - grid: The grid of the voxels.
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
  ///   - labels: One a voxel. Shape: (depth, height, width).
  ///   - colours: The number 0xRRGGBB of each label that occurs.
  ///   - grid: The grid of the voxels.
  ///   - target: The file; its folder exists.
  ///   - header: The scan that was labelled: see `write(_:datatype:to:like:)`.
  /// - Throws: As `writeLabels(_:grid:to:like:)`.
  public static func writeColourLabels(
    _ labels: [UInt8], colours: [UInt8: Int], grid: Grid, to target: some FileTarget, like header: ScanHeader? = nil
  ) throws {
    var voxels = [Float](repeating: 0, count: 3 * labels.count)
    let table = (0..<256).map { colours[UInt8($0)] ?? 0 }
    for (voxel, label) in labels.enumerated() {
      let colour = table[Int(label)]
      for channel in 0..<3 { voxels[3 * voxel + channel] = Float(colour >> (16 - 8 * channel) & 255) }
    }
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
}
