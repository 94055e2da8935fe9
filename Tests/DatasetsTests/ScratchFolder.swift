import Datasets
import Foundation

/// A folder for one test, removed when the test lets it go.
final class ScratchFolder {
  let url: URL

  /// Makes the folder with empty files, and the folders that they stand in.
  init(files: [String] = []) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for file in files { try write("", to: file) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: url.appending(path: name)) }

  /// The message of an error, with this folder's path written `~`.
  func message(_ body: () throws -> Void) -> String {
    thrown(body).map { $0.description.replacingOccurrences(of: url.path, with: "~") } ?? "nothing was thrown"
  }
}

/// The error that a call throws.
func thrown(_ body: () throws -> Void) -> DatasetError? {
  do {
    try body()
    return nil
  } catch {
    return error as? DatasetError
  }
}

/// The message of the error that a call throws.
func message(_ body: () throws -> Void) -> String { thrown(body)?.description ?? "nothing was thrown" }
