import CNIfTI
import Volumes

/// Reads NIfTI files. Nothing is allocated for voxels before the header has been checked against the file's length.
struct NIfTIReader {
  private let file: String
  private let input: GzipInput
  private let header: NIfTIHeader
  private let extensions: [NIfTIExtension]

  /// Opens a file, and reads and checks its header.
  ///
  /// - Throws: `ScanError`.
  init(path: String) throws {
    file = path
    input = try GzipInput(path: path)
    let head = try input.read(upTo: NIfTIHeader.largestByteCount)
    header = try NIfTIHeader(checking: head, file: path)
    try Self.checkLength(header, input, file: path)
    let between = header.voxelOffset - head.count
    let gap = between > 0 ? head + (try input.read(upTo: between)) : Array(head.prefix(header.voxelOffset))
    guard gap.count == header.voxelOffset else {
      throw ScanError.truncated(
        file: path, expectedBytes: header.voxelOffset + header.voxelByteCount, foundBytes: gap.count)
    }
    extensions = Self.extensions(gap, from: header.byteCount, isSwapped: header.isSwapped)
    surplus = Array(head.dropFirst(header.voxelOffset))
  }

  /// The first voxels' bytes, where they came with the header.
  private let surplus: [UInt8]

  /// What the file says of its scan.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func scanHeader() throws -> ScanHeader {
    let (affine, source) = try header.affine(file: file)
    return ScanHeader(
      format: .nifti, grid: Grid(size: header.size, affine: affine, unit: .millimetres), channels: header.channels,
      datatype: header.datatype, description: header.text, affineSource: source,
      nifti: NIfTISource(fields: header.fields, extensions: extensions))
  }

  /// Reads the voxels; only once.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.headerInvalid`, `.unreadable`.
  func scan() throws -> Scan {
    let scanHeader = try scanHeader()
    let scaling = try header.scaling(file: file)
    let count = header.size.count * header.channels
    var nonFinite = 0
    let voxels = try [Float](unsafeUninitializedCapacity: count) { values, initialized in
      nonFinite = try readVoxels(into: values, count: count, slope: scaling.slope, intercept: scaling.intercept)
      initialized = count
    }
    try verifyRest()
    return Scan(
      header: scanHeader, volume: Volume(grid: scanHeader.grid, channels: header.channels, voxels: voxels),
      nonFiniteCount: nonFinite)
  }

  /// Reads `count` values piece by piece, so that stored bytes and floats never stand side by side in full; returns how
  /// many are not finite.
  private func readVoxels(
    into values: UnsafeMutableBufferPointer<Float>, count: Int, slope: Double, intercept: Double
  ) throws -> Int {
    let sampleBytes = header.datatype.byteCount
    var chunk = [UInt8](repeating: 0, count: max(Self.chunkBytes, surplus.count))
    chunk.replaceSubrange(0..<surplus.count, with: surplus)
    var filled = surplus.count
    var done = 0
    var nonFinite = 0
    while done < count, let base = values.baseAddress {
      let wanted = min(Self.chunkBytes, (count - done) * sampleBytes)
      if filled < wanted {
        filled += try chunk.withUnsafeMutableBytes { try input.read(into: .init(rebasing: $0[filled..<wanted])) }
      }
      guard filled >= wanted else { throw truncation() }
      let samples = wanted / sampleBytes
      nonFinite += cnifti_load_samples(
        chunk, header.datatype.sample, header.isSwapped ? 1 : 0, slope, intercept, samples, base + done)
      done += samples
      filled = 0
    }
    return nonFinite
  }

  private static let chunkBytes = 1 << 18

  /// How far compressed voxels may be followed by other bytes: those are read for the sake of the checksum behind them.
  private static let largestSurplus = 1 << 26

  private func verifyRest() throws {
    guard try input.verifyRest(limit: Self.largestSurplus) else {
      throw ScanError.headerInvalid(
        file: file, field: "dim", found: "\(header.size)",
        expected: "the size of the voxels that follow: more than \(Self.largestSurplus) bytes are left over")
    }
  }

  private func truncation() -> ScanError {
    .truncated(file: file, expectedBytes: header.voxelOffset + header.voxelByteCount, foundBytes: input.position)
  }

  /// Compares what the header promises with what the file can hold: deflate shrinks bytes by 1032 at most.
  private static func checkLength(_ header: NIfTIHeader, _ input: GzipInput, file: String) throws {
    let declared = header.voxelOffset + header.voxelByteCount
    if input.isCompressed {
      let limit = input.fileByteCount * 1032
      guard declared <= limit else {
        throw ScanError.tooLarge(file: file, declaredBytes: declared, limitBytes: limit)
      }
    } else if declared > input.fileByteCount {
      throw ScanError.truncated(file: file, expectedBytes: declared, foundBytes: input.fileByteCount)
    }
  }

  /// The well-formed extensions between header and voxels; the first malformed one ends the list.
  private static func extensions(_ bytes: [UInt8], from start: Int, isSwapped: Bool) -> [NIfTIExtension] {
    guard bytes.count > start, bytes[start] != 0 else { return [] }
    func number(at offset: Int) -> Int32 {
      let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int32.self) }
      return isSwapped ? value.byteSwapped : value
    }
    var extensions: [NIfTIExtension] = []
    var offset = start + 4
    while offset + 8 <= bytes.count {
      let length = Int(number(at: offset))
      guard length >= 16, length % 16 == 0, length <= bytes.count - offset else { break }
      extensions.append(
        NIfTIExtension(code: number(at: offset + 4), bytes: Array(bytes[(offset + 8)..<(offset + length)])))
      offset += length
    }
    return extensions
  }
}
