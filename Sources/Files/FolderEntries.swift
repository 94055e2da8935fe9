import Foundation

/// What is directly in a folder, without `.` and `..`, in no order.
public struct FolderEntries: Sendable {
  /// The names.
  public fileprivate(set) var names: [String] = []
  /// The entries whose names are not UTF-8. No path of text leads to them, so that they can only be reported.
  public fileprivate(set) var unnameable: [UnnameableEntry] = []

  /// Whether the folder is empty.
  public var isEmpty: Bool { names.isEmpty && unnameable.isEmpty }
}

extension FileSystem {
  /// What is directly in a folder.
  ///
  /// - Throws: `FileError.operation(.read, ...)`.
  public static func entries(in folder: String) throws -> FolderEntries {
    guard let stream = opendir(folder) else { throw FileError.operation(.read, path: folder, code: errno) }
    defer { closedir(stream) }
    var entries = FolderEntries()
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw FileError.operation(.read, path: folder, code: errno) }
        return entries
      }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      switch String(validating: bytes, as: UTF8.self) {
      case "."?, ".."?: break
      case let name?: entries.names.append(name)
      case nil: entries.unnameable.append(UnnameableEntry(folder: folder, bytes: bytes))
      }
    }
  }
}

/// A file or folder whose name is not UTF-8, such as one that an old system named in Latin-1.
public struct UnnameableEntry: Sendable {
  private let folder: String
  private let bytes: [UInt8]

  init(folder: String, bytes: [UInt8]) { (self.folder, self.bytes) = (folder, bytes) }

  /// The name for messages: each byte that is not UTF-8 is escaped, as in `\xe9chantillon.nii.gz`.
  public var name: String { NameEncoding.escaped(bytes) }

  /// The name with U+FFFD for what is not UTF-8: what a pattern is compared with.
  public var approximateName: String { String(decoding: bytes, as: UTF8.self) }

  /// What it is, links followed; nil for a link to something that is not there.
  public var kind: FileSystem.Kind? { path.withUnsafeBufferPointer { FileSystem.kind(ofBytes: $0.baseAddress) } }

  /// The first bytes of a regular file; none of what is not one, or cannot be read.
  public func head(_ count: Int) -> [UInt8] {
    guard kind == .file else { return [] }
    let descriptor = path.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { Foundation.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? -1
    }
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, 0))
    }
  }

  /// The path as the system takes it, with the zero at its end.
  private var path: [CChar] { (Array(folder.utf8) + [UInt8(ascii: "/")] + bytes + [0]).map(CChar.init(bitPattern:)) }
}

/// How names that are not UTF-8 are shown, and what to do about them.
public enum NameEncoding {
  /// What to do about names that are not UTF-8: the end of a message.
  public static let remedy = "Rename to UTF-8, for example with 'convmv -f latin1 -t utf8 -r --notest FOLDER'"

  /// Bytes as text: those that are not UTF-8 are escaped, as in `\xe9`.
  public static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      // The shortest beginning that is valid is one character.
      let character = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
      text += character ?? "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16)
      rest = rest.dropFirst(character?.utf8.count ?? 1)
    }
    return text
  }
}
