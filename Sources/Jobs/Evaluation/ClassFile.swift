import Datasets
import Files
import Foundation
import Pipelines

/// The file of classes of `segment evaluate`: YAML with the keys `classes`, `background`, `label_map` and `ignore` of a load
/// stage.
struct ClassFile {
  private let url: URL

  init(_ url: URL) { self.url = url }

  /// The classes.
  ///
  /// - Throws: `JobError.notAClassFile` for files that describe classes in another way; `FileError`, `PipelineFileError`,
  ///   `DatasetError`.
  func classMap() throws -> ClassMap {
    let text = try text()
    if let kind = try kind(of: reader(text)) { throw error(kind) }
    return try reader(text).readAll { try ClassMap($0) }
  }

  private enum Kind {
    case folder, model, pipeline, dataset
  }

  private func text() throws -> String {
    do {
      return try FileContent.text(of: url.path, acceptsPipes: true)
    } catch FileError.operation(.read, let path, let code) {
      throw DatasetError.path(.unreadable(path: path, reason: String(cString: strerror(code))))
    } catch FileError.notAFile where FileSystem.kind(of: url.path) == .folder {
      throw error(.folder)
    } catch let error as FileError {
      throw url.pathExtension == "safetensors" ? self.error(.model) : error
    }
  }

  private func reader(_ text: String) throws -> ParameterReader {
    try ParameterReader(
      yaml: text, name: "", file: url.relativePath, folder: url.deletingLastPathComponent())
  }

  /// What another file that has classes in it is; nil for other files.
  private func kind(of reader: ParameterReader) -> Kind? {
    if reader.has("stages") { return .pipeline }
    let isDescription = reader.has("labels") && !reader.has("classes")
    return isDescription || reader.has("format_version") ? .dataset : nil
  }

  private func error(_ kind: Kind) -> JobError {
    let (found, remedy) =
      switch kind {
      case .folder: ("a folder", "Give the path of a file")
      case .model: ("a model file", "'segment info' prints its classes; write them into a YAML file")
      case .pipeline:
        (
          "a pipeline file",
          "Copy the key 'classes' of its load stage into a file of its own. A load stage with 'dataset' has none: its classes "
            + "are the 'labels' in dataset.json"
        )
      case .dataset: ("the description of a data set", "Write the classes in its 'labels' into a YAML file")
      }
    return .notAClassFile(file: url.relativePath, found: found, remedy: remedy)
  }
}
