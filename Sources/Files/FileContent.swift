import Foundation

/// Reads whole files. Devices and folders are never opened, so that the program does not block or exhaust the memory.
public enum FileContent {
  /// The most bytes of a text such as a pipeline file or a table.
  public static let textLimit = 64 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - acceptsPipes: Whether a pipe or a terminal (`/dev/stdin`, `<(command)`) is read too.
  ///   - limit: The most bytes.
  ///   - offset: The number of bytes that are left out at the beginning; 0 for a pipe.
  /// - Throws: `FileError.operation(.read, ...)`, `.notAFile`, `.tooLarge`.
  public static func data(
    of path: String, acceptsPipes: Bool = false, limit: Int = .max, from offset: Int = 0
  ) throws -> Data {
    try requireFile(path, acceptsPipes: acceptsPipes)
    // Between the check and the opening a file may become a pipe: that must not block either.
    let descriptor = try FileSystem.open(path, flags: acceptsPipes ? O_RDONLY : O_RDONLY | O_NONBLOCK, for: .read)
    defer { close(descriptor) }
    if offset > 0, lseek(descriptor, off_t(offset), SEEK_SET) < 0 {
      throw FileError.operation(.read, path: path, code: errno)
    }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError.operation(.read, path: path, code: errno) }
      if count == 0 { return data }
      guard data.count + count <= limit else { throw FileError.tooLarge(path: path, limit: limit) }
      data.append(contentsOf: buffer[..<count])
    }
  }

  /// Reads a text in UTF-8; a byte order mark at its beginning is left out.
  ///
  /// - Throws: `FileError` as `data` does, and `.notText`.
  public static func text(of path: String, acceptsPipes: Bool = false) throws -> String {
    let data = try data(of: path, acceptsPipes: acceptsPipes, limit: textLimit)
    do throws(TextProblem) {
      return try text(from: data)
    } catch {
      throw FileError.notText(path: path, error)
    }
  }

  /// Decodes UTF-8 text and removes a byte order mark.
  ///
  /// - Throws: `TextProblem` for other encodings.
  public static func text(from data: Data) throws(TextProblem) -> String {
    if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    let content = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    guard !content.contains(0) else { throw .binary }
    guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8(line: badLine(in: content)) }
    return text
  }

  /// Throws where a path is no regular file, or link to one, without opening it.
  ///
  /// - Throws: `FileError.operation(.read, ...)` where nothing is there, `.notAFile`.
  public static func requireFile(_ path: String, acceptsPipes: Bool = false) throws {
    guard let kind = FileSystem.kind(of: path) else { throw FileError.operation(.read, path: path, code: ENOENT) }
    guard kind != .file else { return }
    guard kind == .other, acceptsPipes, FileSystem.isStream(path) else {
      throw FileError.notAFile(path: path, found: FileSystem.words(for: path))
    }
  }

  /// The first line, from 1, whose bytes are not UTF-8.
  private static func badLine(in data: Data) -> Int {
    let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    return 1 + (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
  }
}

/// The reason why bytes are not UTF-8 text.
public enum TextProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// They are UTF-16, as Excel's "Unicode text" is.
  case utf16
  /// They are no text at all.
  case binary
  /// Another encoding; the first line, from 1, that shows it.
  case notUTF8(line: Int)

  /// The message: expected, found, and what to do.
  public var description: String {
    switch self {
    case .utf16: "the text is in UTF-16. Expected UTF-8; save it as UTF-8 (in Excel: 'CSV UTF-8')."
    case .binary: "not text: it contains zero bytes. Expected UTF-8 text."
    case .notUTF8(let line): "line \(line) is not in UTF-8. Expected UTF-8; save it as UTF-8 (in Excel: 'CSV UTF-8')."
    }
  }
}

extension FileSystem {
  /// What is at a path, in words: `a folder`, `a pipe`, `a device`.
  public static func words(for path: String) -> String {
    guard let mode = mode(of: path) else { return "nothing" }
    switch mode {
    case S_IFREG: return "a file"
    case S_IFDIR: return "a folder"
    case S_IFIFO: return "a pipe"
    case S_IFSOCK: return "a socket"
    default: return "a device"
    }
  }

  /// Whether a path can be read as a stream: a pipe, or a character device such as a terminal.
  static func isStream(_ path: String) -> Bool {
    let mode = mode(of: path)
    return mode == S_IFIFO || mode == S_IFCHR
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
