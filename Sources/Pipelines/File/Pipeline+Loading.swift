import Files
import Foundation

extension Pipeline {
  /// Reads and checks a pipeline file: everything but the files that it leads to.
  ///
  /// - Parameters:
  ///   - file: The file; its path as given occurs in messages, and relative paths in it resolve against its folder, those
  ///     of a pipe such as `/dev/stdin` against the current folder.
  ///   - overrides: The arguments `--set`, in their order.
  ///   - catalog: The kinds of stages.
  ///   - environment: The values of `${env:NAME}`.
  ///   - currentFolder: What relative paths of overrides and of the environment resolve against.
  /// - Throws: `PipelineErrors` with every error found, in the order of the file: `PipelineFileError`s, and in
  ///   `PipelineError.unusableStage` what a stage threw of its own.
  public static func load(
    _ file: URL, overrides: [PipelineOverride] = [], catalog: StageCatalog,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    currentFolder: URL = URL.currentDirectory()
  ) throws -> Pipeline {
    let path = file.relativePath
    let text: String
    do {
      text = try FileContent.text(of: file.path, acceptsPipes: true)
    } catch let error as FileError {
      throw PipelineErrors([PipelineFileError.unreadable(path: path, reason: Self.reason(error))])
    }
    let isStream = ["/dev/", "/proc/"].contains { file.path.hasPrefix($0) } || FileSystem.kind(of: file.path) == .other
    let folder = isStream ? currentFolder : file.absoluteURL.deletingLastPathComponent()
    let decoder = PipelineDecoder(
      catalog: catalog, overrides: overrides, environment: environment, currentFolder: currentFolder)
    var pipeline = try decoder.decode(text, file: path, folder: folder)
    pipeline.file = file
    return pipeline
  }

  /// Checks the text of a pipeline file that is not written yet, as `load` does.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file that it will be; its folder is that of relative paths.
  ///   - catalog: The kinds of stages.
  /// - Throws: `PipelineErrors` with every error found.
  public static func parse(_ text: String, as file: URL, catalog: StageCatalog) throws -> Pipeline {
    let decoder = PipelineDecoder(
      catalog: catalog, overrides: [], environment: ProcessInfo.processInfo.environment,
      currentFolder: URL.currentDirectory())
    return try decoder.decode(text, file: file.relativePath, folder: file.absoluteURL.deletingLastPathComponent())
  }

  /// Why a pipeline file cannot be read.
  private static func reason(_ error: FileError) -> String {
    switch error {
    case .operation(_, _, ENOENT): "file not found; check the path"
    case .operation(_, _, let code):
      code == EACCES ? "permission denied; check its permissions" : String(cString: strerror(code))
    case .notAFile(_, let found): "is \(found), not a file; expected a pipeline file (YAML)"
    case .tooLarge(_, let limit): "is larger than \(limit >> 20) MiB; expected a pipeline file (YAML)"
    case .notText(_, .utf16): "\(TextProblem.utf16)"
    case .notText: "not UTF-8 text; expected a pipeline file (YAML)"
    case .notRegularFile, .noFolder, .wouldReplaceInput, .wouldReplace, .wouldReplaceForeign: "\(error)"
    }
  }
}
