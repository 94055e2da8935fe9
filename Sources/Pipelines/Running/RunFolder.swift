import Files
import Foundation

/// The folder of a run, and the files at its top.
struct RunFolder {
  let url: URL
  private let store: CheckpointStore

  init(_ url: URL, store: CheckpointStore) { (self.url, self.store) = (url, store) }

  static let resolvedName = "resolved.yaml"
  static let logName = "log.jsonl"

  private func path(_ name: String) -> String { url.appending(path: name).path }

  /// Checks, before anything is written, that no files of other origin would be replaced.
  ///
  /// - Throws: `PipelineError.notARunFolder` where the folder is no run's and has files under the names of a run's, or a
  ///   stage's folder is none; `.inputInsideRun` where the run reads what it replaces; `.resultsAmongData` where its
  ///   results would be among its data.
  func check(_ pipeline: Pipeline, externalFiles: [ExternalFile]) throws {
    guard RunLock.isOwn(path(RunLock.fileName)) else {
      throw PipelineError.notARunFolder(folder: url.relativePath, name: RunLock.fileName)
    }
    let names = [Self.resolvedName, Self.logName, CheckpointStore.folderName]
    if FileSystem.linkStatus(of: path(RunLock.fileName)) == nil,
      let name = names.first(where: { FileSystem.linkStatus(of: path($0)) != nil })
    {
      throw PipelineError.notARunFolder(folder: url.relativePath, name: name)
    }
    for stage in pipeline.stages where store.isForeign(stage.name) {
      throw PipelineError.notARunFolder(
        folder: url.relativePath, name: "\(CheckpointStore.folderName)/\(stage.name)")
    }
    let stages = store.stagesFolder.resolvingSymlinksInPath().path + "/"
    for file in externalFiles {
      let real = file.url.resolvingSymlinksInPath().path
      guard real.hasPrefix(stages), let stage = real.dropFirst(stages.count).split(separator: "/").first else {
        continue
      }
      if pipeline[String(stage)] != nil {
        throw PipelineError.inputInsideRun(path: file.url.path, stage: String(stage))
      }
    }
    try checkData(externalFiles)
    try checkResolvedFile(pipeline)
  }

  /// Checks that the run is not, contains no and is in no folder that is searched for data. Results of its other stages are
  /// no data.
  private func checkData(_ externalFiles: [ExternalFile]) throws {
    let run = Self.real(url.path) + "/"
    for folder in Set(externalFiles.compactMap(\.searchedFolder?.path)).sorted() {
      let data = Self.real(folder) + "/"
      // Below data in the current folder, the usual place of runs is no folder that a search enters.
      if data.hasPrefix(run + CheckpointStore.folderName + "/") || run.hasPrefix(data + "runs/") { continue }
      guard !data.hasPrefix(run), !run.hasPrefix(data) else {
        throw PipelineError.resultsAmongData(folder: url.relativePath, data: folder)
      }
    }
  }

  /// A path without links, `.` and `..`, also of what does not exist yet.
  private static func real(_ path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    let url = URL(filePath: path).standardizedFileURL
    guard url.pathComponents.count > 1 else { return "" }
    return real(url.deletingLastPathComponent().path) + "/" + url.lastPathComponent
  }

  private func checkResolvedFile(_ pipeline: Pipeline) throws {
    guard let file = pipeline.file, let identity = FileIdentity(of: file.path),
      identity == FileIdentity(of: path(Self.resolvedName)),
      try FileContent.data(of: file.path) != Data(pipeline.resolvedYAML.utf8)
    else { return }
    throw FileError.wouldReplaceInput(path: path(Self.resolvedName), input: file.path)
  }

  /// Checks that a stage does not replace the results of another pipeline file, made of other data.
  ///
  /// A pipeline file that was moved or renamed, and one that reads some of the same files, goes on in the folder.
  /// - Throws: `PipelineError.resultsOfAnother`.
  func checkOrigin(of plan: Planner.Plan, _ pipeline: Pipeline, isForced: Bool) throws {
    guard !isForced, let manifest = plan.manifest, let other = manifest.pipeline, let file = pipeline.regularFile,
      !manifest.externalFiles.isEmpty, !plan.externalFiles.isEmpty,
      let identity = FileIdentity(of: other), identity != FileIdentity(of: file),
      Set(manifest.externalFiles.map(\.hash)).isDisjoint(with: plan.externalFiles.map(\.hash))
    else { return }
    throw PipelineError.resultsOfAnother(
      folder: url.relativePath, stage: manifest.stage, other: other, pipeline: file)
  }

  /// Writes the pipeline with every default.
  ///
  /// - Throws: `FileError`.
  func writeResolvedFile(_ pipeline: Pipeline) throws {
    try AtomicFile.write(Data(pipeline.resolvedYAML.utf8), to: url.appending(path: Self.resolvedName))
  }
}
