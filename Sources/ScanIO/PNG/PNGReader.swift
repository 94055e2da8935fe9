import CPNG
import Foundation
import Volumes

/// Reads PNG images: sample values exactly as stored.
struct PNGReader: ScanReader {
  private let file: String
  private let bytes: [UInt8]
  private let info: cpng_info
  private let choices: ReadingChoices

  /// Reads a file, and checks its header.
  ///
  /// - Throws: `ScanError`.
  init(_ url: URL, choices: ReadingChoices) throws {
    file = url.path
    self.choices = choices
    bytes = try RegularFile(path: file).readAll()
    var info = cpng_info()
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    let status = cpng_read_info(bytes, bytes.count, choices.palette == .colours ? 1 : 0, &info, &message)
    try Self.check(status, message, bytes: bytes, file: file)
    self.info = info
    // The indices of a palette take at least a bit each.
    let bits = info.colour == CPNG_PALETTE ? 1 : Int(info.channels) * Int(info.bit_depth)
    let declared = (Int(info.width) * bits + 7) / 8 * Int(info.height)
    guard declared <= bytes.count * 1032 else {
      throw ScanError.tooLarge(file: file, declaredBytes: declared, limitBytes: bytes.count * 1032)
    }
  }

  /// What the file says of its scan.
  func scanHeader() -> ScanHeader {
    let size = GridSize(width: Int(info.width), height: Int(info.height))
    let channels = Int(info.channels)
    return ScanHeader(
      format: .png, grid: Grid(size: size, affine: .identity, unit: .pixels),
      channels: choices.alpha == .drop ? Alpha.withoutIt(channels) : channels,
      datatype: info.bit_depth == 16 ? .uint16 : .uint8, description: "", affineSource: .none)
  }

  /// Decodes the pixels.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `ScanError.truncated`, `.damaged`.
  func scan() throws -> Scan {
    let channels = Int(info.channels)
    let count = Int(info.width) * Int(info.height) * channels
    let samples = try VoxelMemory.reserving(
      file: file, size: scanHeader().grid.size, channels: channels, further: count * (info.bit_depth == 16 ? 2 : 1)
    ) { try self.samples(count) }
    return try Alpha.scan(
      scanHeader(), samples, channels: channels, opaque: info.bit_depth == 16 ? 65535 : 255, choice: choices.alpha)
  }

  private func samples(_ count: Int) throws -> [Float] {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    var status = CPNG_OK
    let samples = [Float](unsafeUninitializedCapacity: count) { samples, initialized in
      status = cpng_read_samples(
        bytes, bytes.count, choices.palette == .colours ? 1 : 0, samples.baseAddress, &message)
      initialized = status == CPNG_OK ? count : 0
    }
    try Self.check(status, message, bytes: bytes, file: file)
    return samples
  }

  private static func check(_ status: cpng_status, _ message: [CChar], bytes: [UInt8], file: String) throws {
    switch status {
    case CPNG_OK: return
    case CPNG_NOT_PNG:
      throw ScanError.notThisFormat(file: file, format: .png, looksLike: lookOfFirstBytes(bytes))
    case CPNG_TRUNCATED: throw ScanError.truncated(file: file, expectedBytes: nil, foundBytes: bytes.count)
    case CPNG_NO_MEMORY: throw ScanError.unreadable(file: file, reason: "not enough memory")
    default:
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ScanError.damaged(file: file, reason: String(decoding: text, as: UTF8.self))
    }
  }
}
