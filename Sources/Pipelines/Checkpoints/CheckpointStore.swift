import Files
import Foundation

/// The folders of a run's stages: `stages/<name>/` for checkpoints, `stages/.<name>.partial/` for unfinished work, and
/// `stages/.<name>.unfinished-<hash>/` for unfinished work of other parameters.
///
/// A good checkpoint is deleted only after its successor is published: the successor is complete, with its manifest
/// on the disk, before the old folder is moved aside and the new one renamed. A run killed in between is repaired by
/// `recover`.
struct CheckpointStore {
  let stagesFolder: URL

  static let folderName = "stages"

  init(run: URL) { stagesFolder = run.appending(path: Self.folderName, directoryHint: .isDirectory) }

  /// Whether the folder of a stage's checkpoint exists, but was not written by a run.
  func isForeign(_ stage: String) -> Bool {
    let folder = folder(of: stage).path
    return FileSystem.linkStatus(of: folder) != nil
      && FileSystem.linkStatus(of: "\(folder)/\(Manifest.fileName)") == nil
      && (try? FileSystem.entries(in: folder))?.isEmpty != true
  }

  /// The checkpoint's folder.
  func folder(of stage: String) -> URL { stagesFolder.appending(path: stage, directoryHint: .isDirectory) }

  func partialFolder(of stage: String) -> URL { folder(of: ".\(stage).partial") }

  private func retiredFolder(of stage: String) -> URL { folder(of: ".\(stage).old") }

  // MARK: Publication

  /// Makes finished work the stage's checkpoint.
  ///
  /// - Returns: The folder in which the old checkpoint is kept, where somebody added or changed files in it.
  func publish(_ manifest: Manifest) throws -> URL? {
    let folder = partialFolder(of: manifest.stage)
    for file in try ContentHash.files(in: folder) where !manifest.isCached(file) {
      try FileSystem.sync("\(folder.path)/\(file)")
    }
    try syncFolders(in: folder)
    var manifest = manifest
    try manifest.recordOtherFiles(in: folder, except: Self.orderName)
    try manifest.write(in: folder)
    return try moveIn(manifest.stage)
  }

  private func syncFolders(in folder: URL) throws {
    let paths = FileManager.default.enumerator(atPath: folder.path)
    while let relative = paths?.nextObject() as? String {
      let path = "\(folder.path)/\(relative)"
      if FileSystem.kind(of: path) == .folder { try FileSystem.sync(path) }
    }
  }

  private func moveIn(_ stage: String) throws -> URL? {
    let (new, current, retired) = (partialFolder(of: stage), folder(of: stage), retiredFolder(of: stage))
    try FileSystem.remove("\(new.path)/\(Self.orderName)")
    if FileSystem.linkStatus(of: current.path) != nil {
      try FileSystem.remove(retired.path)
      try FileSystem.rename(current.path, to: retired.path)
    }
    try FileSystem.rename(new.path, to: current.path)
    try FileSystem.sync(stagesFolder.path)
    return try discard(retired, of: stage)
  }

  /// Removes a retired checkpoint, or keeps it under another name where somebody added or changed files in it.
  private func discard(_ retired: URL, of stage: String) throws -> URL? {
    guard hasForeignFiles(retired) else {
      try FileSystem.remove(retired.path)
      return nil
    }
    let names = (1...).lazy.map { "\(stage).kept-\($0)" }
    guard let kept = names.map(folder(of:)).first(where: { FileSystem.linkStatus(of: $0.path) == nil }) else {
      return nil
    }
    try FileSystem.rename(retired.path, to: kept.path)
    try FileSystem.sync(stagesFolder.path)
    return kept
  }

  /// Whether a checkpoint's folder has files that were added or changed since it was published.
  private func hasForeignFiles(_ folder: URL) -> Bool {
    guard let manifest = try? Manifest(in: folder) else { return false }
    // What cannot be read is not removed.
    return (try? manifest.hasForeignFiles(in: folder)) ?? true
  }

  // MARK: Stages that are up to date

  /// The manifest of a stage's checkpoint; nil where there is none. Throws where it is damaged.
  func manifest(of stage: String) throws -> Manifest? { try Manifest(in: folder(of: stage)) }

  // MARK: Recovery

  /// Creates the folder of stages if it is missing, and completes the publications of an interrupted run.
  ///
  /// - Returns: The folders in which old checkpoints are kept, where somebody added or changed files in them.
  func recover(_ stages: [String]) throws -> [URL] {
    try FileSystem.makeFolder(stagesFolder.path)
    var kept: [URL?] = []
    for stage in stages {
      if (try? Manifest(in: partialFolder(of: stage))) != nil {
        // The work was complete: only its move was cut short.
        kept.append(try moveIn(stage))
      } else if FileSystem.kind(of: retiredFolder(of: stage).path) != nil {
        if FileSystem.kind(of: folder(of: stage).path) == nil {
          try FileSystem.rename(retiredFolder(of: stage).path, to: folder(of: stage).path)
        } else {
          kept.append(try discard(retiredFolder(of: stage), of: stage))
        }
      }
    }
    return kept.compactMap { $0 }
  }
}
