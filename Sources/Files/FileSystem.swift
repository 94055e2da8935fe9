import Foundation

/// System calls on files and folders; failures are thrown as `FileError.operation`.
public enum FileSystem {
  /// Opens a file; errors contain its path.
  public static func open(_ path: String, flags: Int32, for operation: FileOperation, named: String? = nil) throws
    -> Int32
  {
    let descriptor = retrying { Foundation.open(path, flags | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw FileError.operation(operation, path: named ?? path, code: errno) }
    return descriptor
  }

  /// Writes all of the data.
  public static func write(_ data: Data, to descriptor: Int32, path: String) throws {
    try data.withUnsafeBytes { try write($0, to: descriptor, path: path) }
  }

  /// Writes all of the bytes.
  public static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
    var offset = 0
    while offset < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      let written = retrying { Foundation.write(descriptor, rest.baseAddress, rest.count) }
      guard written >= 0 else { throw FileError.operation(.write, path: path, code: errno) }
      offset += written
    }
  }

  /// Makes the content of a file, or the entries of a folder, outlast a loss of power.
  public static func sync(_ path: String) throws {
    let descriptor = try open(path, flags: O_RDONLY, for: .write)
    defer { close(descriptor) }
    try sync(descriptor, path: path)
  }

  /// Makes the content of an open file outlast a loss of power.
  public static func sync(_ descriptor: Int32, path: String) throws {
    // Some file systems cannot sync a folder and say EINVAL: nothing more can be done there.
    guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL else {
      throw FileError.operation(.write, path: path, code: errno)
    }
  }

  /// Gives a file or folder another name; what had it before is replaced.
  public static func rename(_ source: String, to destination: String) throws {
    guard Foundation.rename(source, destination) == 0 else {
      throw FileError.operation(.rename, path: destination, code: errno)
    }
  }

  /// Gives a file a second name (a hard link); false where the file system cannot, or the name is taken.
  public static func link(_ source: String, as name: String) -> Bool { Foundation.link(source, name) == 0 }

  /// Makes a folder and those that lead to it; an existing folder is no error.
  ///
  /// - Throws: `FileError.operation`.
  public static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    var code = errno
    if code == ENOENT {
      let parent = URL(filePath: path).deletingLastPathComponent().path
      if parent != path {
        try makeFolder(parent)
        if mkdir(path, 0o777) == 0 { return }
        code = errno
      }
    }
    if code == EEXIST { code = ENOTDIR }
    guard code == ENOTDIR, kind(of: path) == .folder else {
      throw FileError.operation(.create, path: path, code: code)
    }
  }

  /// Removes a file, link or folder with everything in it; nothing there is no error.
  public static func remove(_ path: String) throws {
    guard linkStatus(of: path) != nil else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw FileError.operation(.remove, path: path, code: code(of: error))
    }
  }

  /// The system's error number behind an error of Foundation's.
  private static func code(of error: any Error) -> Int32 {
    let error = error as NSError
    if let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError { return Int32(underlying.code) }
    switch CocoaError.Code(rawValue: error.code) {
    case .fileWriteNoPermission, .fileReadNoPermission: return EACCES
    case .fileWriteVolumeReadOnly: return EROFS
    default: return EIO
    }
  }

  /// The kind of file at a path.
  public enum Kind: Sendable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A device, a pipe or a socket.
    case other
  }

  /// What a path leads to, links followed; nil where there is nothing.
  public static func kind(of path: String) -> Kind? { path.withCString { kind(ofBytes: $0) } }

  /// What a path of the system's bytes leads to.
  static func kind(ofBytes path: UnsafePointer<CChar>?) -> Kind? {
    var status = stat()
    guard let path, stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The status of a path itself, links not followed; nil where there is nothing.
  public static func linkStatus(of path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }
}
