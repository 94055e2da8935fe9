import Files
import Foundation

/// The table `failures.csv` of the cases that could not be used.
package enum FailureTable {
  package static let fileName = "failures.csv"

  /// The table of cases and what is wrong with each.
  package static func csv(_ failures: [(name: String, reason: String)]) -> Data {
    Data((CSVText.line(["case", "error"]) + failures.map { CSVText.line([$0.name, $0.reason]) }.joined()).utf8)
  }

  /// Writes the table into the folder of a stage, or removes an old one where nothing failed.
  ///
  /// - Throws: `FileError`.
  package static func write(_ failures: [JobError.BadCase], to folder: URL) throws {
    let url = folder.appending(path: fileName)
    guard !failures.isEmpty else { return try FileSystem.remove(url.path) }
    try AtomicFile.write(csv(failures.map { ($0.name, "\($0.error)") }), to: url)
  }

  /// Writes the table into an output folder, or removes an old one where nothing failed.
  ///
  /// - Throws: `FileError`.
  package static func write(
    _ failures: [(name: String, reason: String)], to folder: OutputFolder, origin: FileOrigin
  ) throws {
    guard !failures.isEmpty else { return try folder.removeOwn(fileName) }
    try AtomicFile.write(csv(failures), to: folder.target(fileName, origin: origin))
  }
}
