import CPNG
import Volumes

/// Reads PNG images: sample values exactly as stored.
struct PNGReader {
  private let file: String
  private let bytes: [UInt8]
  private let info: cpng_info

  /// Reads a file, and checks its header.
  ///
  /// - Throws: `ScanError`.
  init(path: String) throws {
    file = path
    bytes = try RegularFile(path: path).readAll()
    var info = cpng_info()
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    let status = cpng_read_info(bytes, bytes.count, &info, &message)
    try Self.check(status, message, bytes: bytes, file: path)
    self.info = info
    guard info.colour != CPNG_PALETTE else { throw ScanError.unsupportedColours(file: path, colours: .palette) }
    let rowBytes = (Int(info.width) * Int(info.channels) * Int(info.bit_depth) + 7) / 8
    let declared = rowBytes * Int(info.height)
    guard declared <= bytes.count * 1032 else {
      throw ScanError.tooLarge(file: path, declaredBytes: declared, limitBytes: bytes.count * 1032)
    }
  }

  /// What the file says of its scan.
  var scanHeader: ScanHeader {
    let size = GridSize(width: Int(info.width), height: Int(info.height))
    return ScanHeader(
      format: .png, grid: Grid(size: size, affine: .identity, unit: .pixels), channels: info.channels < 3 ? 1 : 3,
      datatype: info.bit_depth == 16 ? .uint16 : .uint8, description: "", affineSource: .none, nifti: nil)
  }

  /// Decodes the pixels. An alpha channel that is opaque everywhere is dropped.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unsupportedColours`.
  func scan() throws -> Scan {
    let count = Int(info.width) * Int(info.height) * Int(info.channels)
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    var status = CPNG_OK
    var samples = [Float](unsafeUninitializedCapacity: count) { samples, initialized in
      status = cpng_read_samples(bytes, bytes.count, samples.baseAddress, &message)
      initialized = status == CPNG_OK ? count : 0
    }
    try Self.check(status, message, bytes: bytes, file: file)
    if info.colour == CPNG_GREY_ALPHA || info.colour == CPNG_RGB_ALPHA { samples = try withoutAlpha(samples) }
    let header = scanHeader
    return Scan(
      header: header, volume: Volume(grid: header.grid, channels: header.channels, voxels: samples), nonFiniteCount: 0)
  }

  private func withoutAlpha(_ samples: [Float]) throws -> [Float] {
    let channels = Int(info.channels)
    let opaque: Float = info.bit_depth == 16 ? 65535 : 255
    let isOpaque = stride(from: channels - 1, to: samples.count, by: channels).allSatisfy { samples[$0] == opaque }
    guard isOpaque else { throw ScanError.unsupportedColours(file: file, colours: .transparency) }
    return samples.indices.filter { $0 % channels != channels - 1 }.map { samples[$0] }
  }

  private static func check(_ status: cpng_status, _ message: [CChar], bytes: [UInt8], file: String) throws {
    switch status {
    case CPNG_OK: return
    case CPNG_NOT_PNG:
      throw ScanError.notThisFormat(file: file, format: .png, looksLike: lookOfFirstBytes(bytes))
    case CPNG_TRUNCATED: throw ScanError.truncated(file: file, expectedBytes: nil, foundBytes: bytes.count)
    case CPNG_NO_MEMORY: throw ScanError.unreadable(file: file, reason: "no memory")
    default:
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ScanError.damaged(file: file, reason: String(decoding: text, as: UTF8.self))
    }
  }
}
