import Files
import Foundation

extension FolderAudit {
  /// A pipeline file to be written, where there is none yet unless it may be replaced.
  public struct PipelineFile: FileTarget {
    /// The file.
    public let fileURL: URL
    private let overwrites: Bool

    /// The folder that its paths are relative to.
    public var folder: URL { fileURL.absoluteURL.deletingLastPathComponent() }

    /// Checks, before any work, that the file can be written: its folder exists, and it replaces nothing.
    ///
    /// - Parameters:
    ///   - inputs: The files that the audit reads, which are never replaced.
    ///   - overwrites: Whether another file may be replaced.
    /// - Throws: `FileError.wouldReplace`, `.wouldReplaceInput`, `.operation`.
    init(_ url: URL, inputs: [URL], overwrites: Bool) throws {
      (fileURL, self.overwrites) = (url, overwrites)
      guard FileSystem.kind(of: folder.path) == .folder else { throw FileError.noFolder(path: url.path) }
      try OutputFolder(folder, replacesForeignFiles: true).check([url.lastPathComponent], inputs: inputs)
      try requireNew()
    }

    /// Checks again, since the file may have been made in the meantime.
    public func willReplace(with temporary: URL) throws { try requireNew() }

    private func requireNew() throws {
      guard overwrites || FileSystem.linkStatus(of: fileURL.path) == nil else {
        throw FileError.wouldReplace(path: fileURL.path)
      }
    }

    /// Writes the file.
    ///
    /// - Throws: `FileError`.
    public func write(_ text: String) throws { try AtomicFile.write(Data((text + "\n").utf8), to: self) }
  }
}
