import Files
import Foundation

/// The output file of a command; it is recorded in its folder.
package struct OutputFile {
  private let folder: OutputFolder
  private let name: String
  private let origin: FileOrigin

  /// Checks, before any work, that nothing is overwritten.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - inputs: The files that the command reads.
  ///   - origin: What the file is made of, but for the content of the inputs.
  ///   - replacesForeignFiles: Whether a file that this program did not write may be replaced.
  /// - Throws: `FileError.wouldReplaceInput`, `.wouldReplaceForeign`, `.operation`.
  package init(_ url: URL, inputs: [URL], origin: FileOrigin, replacesForeignFiles: Bool) throws {
    // A folder is not made for one file: its path may be misspelt.
    let parent = url.absoluteURL.deletingLastPathComponent()
    guard FileSystem.kind(of: parent.path) == .folder else { throw FileError.noFolder(path: url.path) }
    folder = OutputFolder(parent, replacesForeignFiles: replacesForeignFiles)
    name = url.lastPathComponent
    var origin = origin
    try folder.check([name], inputs: inputs)
    origin.inputs["files"] = try inputs.map { try ContentHash.hash(of: $0) }
    self.origin = origin
  }

  /// Where to write it.
  ///
  /// - Throws: `FileError`.
  package func target() throws -> any FileTarget { try folder.target(name, origin: origin) }
}
