import CPNG
import Foundation

/// Encodes PNG images; the bytes depend on the samples alone.
enum PNGWriter {
  /// Encodes 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha) channels of 8 bits, or of 16 bits in the
  /// machine's byte order.
  ///
  /// - Parameter file: The file's name in messages.
  /// - Throws: `ScanError.cannotEncode` where memory runs out.
  static func encode(
    width: Int, height: Int, channels: Int, bitDepth: Int, samples: [UInt8], file: String
  ) throws -> Data {
    precondition((1...Int(Int32.max)).contains(width) && (1...Int(Int32.max)).contains(height), "an image has pixels")
    precondition((1...4).contains(channels), "an image is grey or RGB, with alpha or without")
    precondition(
      samples.count == width * height * channels * bitDepth / 8, "an image has one sample a pixel and channel")
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
    let status = cpng_encode(
      UInt32(width), UInt32(height), Int32(channels), Int32(bitDepth), samples, &encoded, &count, &message)
    guard status == CPNG_OK, let encoded else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ScanError.cannotEncode(
        file: file, reason: text.isEmpty ? "not enough memory" : String(decoding: text, as: UTF8.self))
    }
    defer { cpng_free(encoded) }
    return Data(bytes: encoded, count: count)
  }
}
