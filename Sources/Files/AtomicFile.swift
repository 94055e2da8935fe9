import Foundation

/// Atomic writes: a file is complete or not there at all.
public enum AtomicFile {
  /// Writes a file, or replaces one: readers see the old content or the new, even after a loss of power.
  ///
  /// The content goes into a temporary file beside the target, which is synced and renamed. A symbolic link is replaced:
  /// what it leads to is kept. Where it fails, the old file is kept and nothing is left behind.
  /// - Parameter body: Writes the content to the descriptor that it is handed, and leaves it open.
  /// - Throws: `FileError` (unwritable, disk full); `.notRegularFile` where the path leads to a folder or a device;
  ///   what `body` throws.
  public static func write(to destination: some FileTarget, _ body: (Int32) throws -> Void) throws {
    let url = destination.fileURL
    let target = url.path
    if let kind = FileSystem.kind(of: target), kind != .file { throw FileError.notRegularFile(path: target) }
    let folder = url.absoluteURL.deletingLastPathComponent().path
    TemporaryFiles.removeAbandoned(in: folder)
    let (temporary, descriptor) = try TemporaryFiles.make(in: folder, for: target)
    do {
      defer { close(descriptor) }
      try body(descriptor)
      try FileSystem.sync(descriptor, path: url.path)
      try destination.willReplace(with: URL(filePath: temporary))
      try FileSystem.rename(temporary, to: target)
      TemporaryFiles.forget(temporary)
    } catch {
      TemporaryFiles.remove(temporary)
      throw error
    }
    try FileSystem.sync(folder)
  }

  /// Writes data, as `write(to:_:)` does.
  ///
  /// - Throws: `FileError`.
  public static func write(_ data: Data, to destination: some FileTarget) throws {
    try write(to: destination) { try FileSystem.write(data, to: $0, path: destination.fileURL.path) }
  }
}
