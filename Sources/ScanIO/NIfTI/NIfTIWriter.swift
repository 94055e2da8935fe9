import CNIfTI
import Files
import Foundation
import Volumes

/// Writes single-file NIfTI: NIfTI-1, or NIfTI-2 where the source was one or a size needs it.
struct NIfTIWriter {
  private let target: any FileTarget
  private var url: URL { target.fileURL }
  private let fields: cnifti_fields
  /// The number of volumes that stand one behind the other.
  private let frames: Int
  private let extensions: [NIfTIExtension]

  /// Prepares a file.
  ///
  /// Affine forms, their codes and units are the source's where the grid is the source's own; another grid gets an sform,
  /// and a qform too where a rigid one describes it. Description and extensions are the source's always.
  /// - Parameter slope: What stored values are multiplied by; channels of 8 bits with another than 1 are no colours.
  init(
    target: some FileTarget, grid: Grid, datatype: ScanDatatype, channels: Int, isLabels: Bool,
    like source: ScanHeader?, slope: Double = 1
  ) {
    self.target = target
    extensions = source?.nifti?.extensions ?? []
    var fields = source?.nifti?.fields ?? cnifti_fields()
    let needsVersion2 = channels > Int(Int16.max) || (0..<3).contains { grid.size[$0] > Int(Int16.max) }
    fields.version = needsVersion2 || fields.version == 2 ? 2 : 1
    let colour = slope == 1 ? Self.colour(datatype, channels: channels, like: source) : nil
    frames = colour == nil ? channels : 1
    let sizes = [frames > 1 ? 4 : 3, grid.size.width, grid.size.height, grid.size.depth, frames].map(Int64.init)
    fields.dim = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], 1, 1, 1)
    fields.datatype = colour ?? Int32(datatype.sample.rawValue)
    fields.bitpix = Int32(8 * datatype.byteCount * (channels / frames))
    (fields.scl_slope, fields.scl_inter) = (slope, 0)
    (fields.cal_min, fields.cal_max) = (0, 0)
    fields.intent_code = isLabels ? Self.labelIntent : 0
    fields.intent_p = (0, 0, 0)
    withUnsafeMutableBytes(of: &fields.intent_name) { for index in $0.indices { $0[index] = 0 } }
    if grid != source?.grid || source?.nifti == nil { fields.setGrid(grid) }
    (fields.pixdim.4, fields.pixdim.5, fields.pixdim.6, fields.pixdim.7) = (1, 1, 1, 1)
    let header = fields.version == 1 ? Int(CNIFTI_1_HEADER_BYTES) : Int(CNIFTI_2_HEADER_BYTES)
    fields.vox_offset = Double(header + 4 + extensions.reduce(0) { $0 + $1.bytes.count + 8 })
    self.fields = fields
  }

  /// Writes a volume's values.
  ///
  /// - Throws: `ScanError.valueOutOfRange`, `FileError`.
  func write(_ values: [Float], datatype: ScanDatatype) throws {
    try writeFile { output in
      for frame in 0..<frames {
        for start in stride(from: 0, to: values.count / frames, by: Self.chunkValues) {
          let places = start..<min(start + Self.chunkValues, values.count / frames)
          let chunk = frames == 1 ? Array(values[places]) : places.map { values[$0 * frames + frame] }
          try output.write(chunk.withUnsafeBufferPointer { try datatype.stored($0, file: url.path) })
        }
      }
    }
  }

  /// Writes several volumes into one file, one after the other, plane by plane.
  ///
  /// - Parameter plane: The stored values of a plane across k of a volume: the volume's index, and k.
  /// - Throws: `ScanError.valueOutOfRange`, `FileError`.
  func write(datatype: ScanDatatype, plane: (Int, Int) -> [Float]) throws {
    try writeFile { output in
      for frame in 0..<frames {
        for k in 0..<Int(fields.dim.3) {
          try output.write(plane(frame, k).withUnsafeBufferPointer { try datatype.stored($0, file: url.path) })
        }
      }
    }
  }

  /// Writes stored values, those of a voxel side by side.
  ///
  /// - Throws: `FileError`.
  func write(stored bytes: [UInt8]) throws {
    // Volumes behind each other are values of elements that lie one behind the other.
    let elements = Int(fields.dim.1 * fields.dim.2 * fields.dim.3)
    let bytes = frames == 1 ? bytes : bytes.interleaved(parts: elements, elementBytes: bytes.count / elements / frames)
    try writeFile { output in
      for start in stride(from: 0, to: bytes.count, by: 1 << 24) {
        try output.write(Array(bytes[start..<min(start + 1 << 24, bytes.count)]))
      }
    }
  }

  private static let chunkValues = 1 << 16
  private static let labelIntent: Int32 = 1002

  /// The datatype of colours, where the channels are some: 3 or 4 of 8 bits, unless the source had them along a dimension.
  private static func colour(_ datatype: ScanDatatype, channels: Int, like source: ScanHeader?) -> Int32? {
    guard datatype == .uint8, (source?.frames ?? 1) == 1 else { return nil }
    return [3: cnifti_fields.rgb24, 4: cnifti_fields.rgba32][channels]
  }

  private func writeFile(_ voxels: (GzipOutput) throws -> Void) throws {
    try AtomicFile.write(to: target) { descriptor in
      let isCompressed = url.lastPathComponent.lowercased().hasSuffix(".gz")
      let output = try GzipOutput(descriptor: descriptor, isCompressed: isCompressed, url: url)
      try output.write(headerBytes)
      try voxels(output)
      try output.finish()
    }
  }

  /// The header and the extensions.
  private var headerBytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(CNIFTI_2_HEADER_BYTES))
    let count = withUnsafePointer(to: fields) { cnifti_encode($0, &bytes) }
    bytes.removeLast(bytes.count - count)
    bytes += [extensions.isEmpty ? 0 : 1, 0, 0, 0]
    for block in extensions {
      for number in [Int32(block.bytes.count + 8), block.code] { withUnsafeBytes(of: number) { bytes += $0 } }
      bytes += block.bytes
    }
    return bytes
  }
}

extension cnifti_fields {
  /// Describes a grid: in millimetres, or with unknown codes and units where the grid has no physical size.
  fileprivate mutating func setGrid(_ grid: Grid) {
    let isPhysical = grid.unit == .millimetres
    let code = isPhysical ? max(sform_code, qform_code, Self.alignedCode) : 0
    xyzt_units = (xyzt_units & ~7) | (isPhysical ? Self.millimetres : 0)
    setSForm(grid.affine)
    setQForm(grid.affine)
    let rigid = Grid(size: grid.size, affine: qformAffine, unit: grid.unit)
    sform_code = code
    qform_code = grid.isSameGrid(as: rigid, toleranceVoxels: 1e-3) ? code : 0
    (pixdim.1, pixdim.2, pixdim.3) = (grid.spacing.x, grid.spacing.y, grid.spacing.z)
  }

  private static let millimetres: Int32 = 2
  /// The code that says that coordinates are aligned to some other scan's: nothing more is known of a new grid.
  private static let alignedCode: Int32 = 2
}
