import CGzip
import Files
import Foundation

/// Bytes on their way into a file, gzipped or plain. A gzip header carries neither time nor name.
///
/// Level 4: of a noisy scan the default, 6, makes a file as large in 1.4 times the time.
final class GzipOutput {
  private var stream: gzFile?
  private let url: URL

  /// Makes an output to an open file, which stays open.
  ///
  /// - Throws: `FileError`.
  init(descriptor: Int32, isCompressed: Bool, url: URL) throws {
    self.url = url
    let copy = dup(descriptor)
    guard copy >= 0 else { throw FileError.operation(.write, path: url.path, code: errno) }
    stream = gzdopen(copy, isCompressed ? "wb4" : "wbT")
    guard let stream else {
      close(copy)
      throw FileError.operation(.write, path: url.path, code: ENOMEM)
    }
    gzbuffer(stream, 1 << 17)
  }

  deinit {
    if let stream { gzclose(stream) }
  }

  /// Writes bytes.
  ///
  /// - Throws: `FileError`.
  func write(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    let count = bytes.withUnsafeBytes { gzwrite(stream, $0.baseAddress, UInt32($0.count)) }
    guard Int(count) == bytes.count else { throw FileError.operation(.write, path: url.path, code: errno) }
  }

  /// Writes what is still held back.
  ///
  /// - Throws: `FileError`.
  func finish() throws {
    let result = gzclose(stream)
    let code = errno
    stream = nil
    guard result == Z_OK else { throw FileError.operation(.write, path: url.path, code: code) }
  }
}
