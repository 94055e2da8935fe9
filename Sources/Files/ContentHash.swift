import CXXHash
import Foundation

/// Hashes of content: XXH3 with 128 bits, as 32 hexadecimal digits. They detect changes; they are no defence against
/// forgery.
public enum ContentHash {
  /// The hash of data.
  public static func hash(of data: Data) -> String {
    let hasher = StreamHasher()
    hasher.update(data)
    return hasher.digest
  }

  /// The hash of a file's content; of a folder: of the relative paths in it, sorted, and the content of each.
  ///
  /// Names of folders without files, times and permissions count for nothing; links are followed.
  /// - Throws: `FileError.operation` for what is not there or cannot be read, `.notAFile` for a pipe or a device, which
  ///   is not opened.
  public static func hash(of url: URL) throws -> String {
    guard FileSystem.kind(of: url.path) == .folder else { return try fileHash(url.path) }
    let hasher = StreamHasher()
    for path in try files(in: url) {
      hasher.update(Data("\(path.utf8.count):\(path)".utf8))
      hasher.update(Data(try fileHash("\(url.path)/\(path)").utf8))
    }
    return hasher.digest
  }

  /// The relative paths of the files in a folder, sorted by their bytes; what is not a folder is a file. Files whose names
  /// are not UTF-8 are left out.
  public static func files(in folder: URL) throws -> [String] {
    var files: [String] = []
    func visit(_ relative: String) throws {
      let path = relative.isEmpty ? folder.path : "\(folder.path)/\(relative)"
      guard FileSystem.kind(of: path) == .folder else {
        files.append(relative)
        return
      }
      for name in try FileSystem.entries(in: path).names { try visit(relative.isEmpty ? name : "\(relative)/\(name)") }
    }
    try visit("")
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func fileHash(_ path: String) throws -> String {
    try FileContent.requireFile(path)
    let descriptor = try FileSystem.open(path, flags: O_RDONLY, for: .read)
    defer { close(descriptor) }
    let hasher = StreamHasher()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return hasher.digest }
      if count > 0 {
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      } else if errno != EINTR {
        throw FileError.operation(.read, path: path, code: errno)
      }
    }
  }
}

/// A hash, as `ContentHash` has it, of content that comes in parts.
public final class StreamHasher {
  private let state: OpaquePointer

  /// Makes the hash of nothing.
  public init() {
    guard let state = XXH3_createState() else { preconditionFailure("no memory for the state of a hash") }
    XXH3_128bits_reset(state)
    self.state = state
  }

  deinit { XXH3_freeState(state) }

  /// Appends bytes to what is hashed.
  public func update(_ bytes: UnsafeRawBufferPointer) { XXH3_128bits_update(state, bytes.baseAddress, bytes.count) }

  /// Appends data to what is hashed.
  public func update(_ data: Data) { data.withUnsafeBytes { update($0) } }

  /// The hash of everything so far: 32 hexadecimal digits.
  public var digest: String {
    let value = XXH3_128bits_digest(state)
    return [value.high64, value.low64].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
