import Foundation

/// Writes files that are there whole or not at all.
public enum AtomicFile {
  /// Writes a file, or replaces one: readers see the old content or the new, even after a loss of power.
  ///
  /// A link is followed. Where it fails, the old file stands and nothing is left behind.
  /// - Throws: `PipelineError.fileOperation` (unwritable, disk full); `.notRegularFile` where the path leads to a
  ///   folder or a device.
  public static func write(_ data: Data, to url: URL) throws {
    let target = url.resolvingSymlinksInPath().path
    if let kind = FileSystem.kind(of: target), kind != .file {
      throw PipelineError.notRegularFile(path: url.path)
    }
    let folder = URL(filePath: target).deletingLastPathComponent().path
    let temporary = "\(folder)/.\(URL(filePath: target).lastPathComponent).\(getpid()).temporary"
    do {
      let descriptor = try FileSystem.open(
        temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, for: .create, named: url.path)
      defer { close(descriptor) }
      try FileSystem.write(data, to: descriptor, path: target)
      try FileSystem.sync(descriptor, path: target)
      try FileSystem.rename(temporary, to: target)
    } catch {
      unlink(temporary)
      throw error
    }
    try FileSystem.sync(folder)
  }
}
