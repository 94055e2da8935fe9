import Files
import Foundation

extension Pipeline {
  /// Reads and checks a pipeline file: everything but the files that it leads to.
  ///
  /// - Parameters:
  ///   - file: The file; its path as given stands in messages, and relative paths in it resolve against its folder.
  ///   - overrides: The arguments `--set`, in their order.
  ///   - catalog: The kinds of stages.
  ///   - environment: What `${env:NAME}` stands for.
  ///   - currentFolder: What relative paths of overrides and of the environment resolve against.
  /// - Throws: `PipelineErrors` with every error found, in the order of the file: `PipelineFileError`s, and in
  ///   `PipelineError.stageFailed` what a stage threw of its own.
  public static func load(
    _ file: URL, overrides: [PipelineOverride] = [], catalog: StageCatalog,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    currentFolder: URL = URL.currentDirectory()
  ) throws -> Pipeline {
    let path = file.relativePath
    guard let data = FileManager.default.contents(atPath: file.path) else {
      let reason =
        switch FileSystem.kind(of: file.path) {
        case nil: "there is no such file"
        case .folder: "it is a folder"
        default: "permission denied"
        }
      throw PipelineErrors([PipelineFileError.unreadable(path: path, reason: reason)])
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw PipelineErrors([PipelineFileError.unreadable(path: path, reason: "it is not a text in UTF-8")])
    }
    let folder = file.absoluteURL.deletingLastPathComponent()
    let decoder = PipelineDecoder(
      catalog: catalog, overrides: overrides, environment: environment, currentFolder: currentFolder)
    var pipeline = try decoder.decode(text, file: path, folder: folder)
    pipeline.file = file
    return pipeline
  }
}
