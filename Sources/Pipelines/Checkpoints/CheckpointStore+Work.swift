import Files
import Foundation

// The work folders of stages. Work that an interrupted run left is resumed by a run of the same fingerprint. A run of
// another one puts it aside, in a folder named by its fingerprint, until it has published its own: whoever sets the
// parameters back resumes it then.

extension CheckpointStore {
  /// The name of the first file of a work folder.
  static let orderName = "fingerprint.json"

  /// What a work folder is for.
  private struct WorkOrder: Codable {
    var fingerprint: Fingerprint
    var isForced: Bool
  }

  /// The work of a stage that begins or goes on.
  struct Work {
    /// Where it is done.
    let folder: URL
    /// Whether an interrupted run left it.
    let isResuming: Bool
    /// The unfinished work that this one puts aside; nil: there was none.
    let putAside: URL?
  }

  /// Whether an interrupted run left work that a new run of this fingerprint resumes.
  ///
  /// A forced run resumes only a forced one, because its purpose is to repeat the work.
  func canResume(
    _ stage: String, fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) -> Bool {
    resumable(stage, fingerprint: fingerprint, absences: absences, isForced: isForced) != nil
  }

  /// The folder of the work that a new run of this fingerprint resumes; nil: there is none.
  private func resumable(
    _ stage: String, fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) -> URL? {
    ([partialFolder(of: stage)] + putAsideFolders(of: stage)).first {
      hasWork($0, of: fingerprint, absences: absences, isForced: isForced)
    }
  }

  /// Whether there is unfinished work of a stage that a run of this fingerprint does not resume.
  func hasOtherWork(
    _ stage: String, fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) -> Bool {
    let own = resumable(stage, fingerprint: fingerprint, absences: absences, isForced: isForced)
    return ([partialFolder(of: stage)] + putAsideFolders(of: stage)).contains {
      $0.path != own?.path && (try? holdsWork($0)) == true
    }
  }

  private func hasWork(
    _ folder: URL, of fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) -> Bool {
    guard let data = FileManager.default.contents(atPath: "\(folder.path)/\(Self.orderName)"),
      let order = try? JSONDecoder().decode(WorkOrder.self, from: data)
    else { return false }
    return order.fingerprint.completed(for: fingerprint, absences: absences) == fingerprint
      && (order.isForced || !isForced)
  }

  /// The work folder: as an interrupted run left it if that can be resumed, else empty.
  ///
  /// - Throws: `FileError`.
  func beginWork(
    _ stage: String, fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) throws -> Work {
    let folder = partialFolder(of: stage)
    let own = resumable(stage, fingerprint: fingerprint, absences: absences, isForced: isForced)
    var putAside: URL?
    if own?.path != folder.path {
      putAside = try putAsideWork(of: stage)
      if let own { try FileSystem.rename(own.path, to: folder.path) }
    }
    if own != nil {
      try removeTemporaries(in: folder)
      return Work(folder: folder, isResuming: true, putAside: putAside)
    }
    try FileSystem.makeFolder(folder.path)
    let order = try Manifest.encoder.encode(WorkOrder(fingerprint: fingerprint, isForced: isForced))
    try AtomicFile.write(order, to: folder.appending(path: Self.orderName))
    return Work(folder: folder, isResuming: false, putAside: putAside)
  }

  // MARK: Work put aside

  private static func putAsidePrefix(of stage: String) -> String { ".\(stage).unfinished-" }

  /// The folders in which earlier work of a stage may have left files that can be used again: its checkpoint, and unfinished
  /// work of other parameters.
  func earlierFolders(of stage: String) -> [URL] { [folder(of: stage)] + putAsideFolders(of: stage) }

  /// The folders of unfinished work that was put aside, in the order of their names.
  private func putAsideFolders(of stage: String) -> [URL] {
    let names = (try? FileSystem.entries(in: stagesFolder.path).names) ?? []
    return names.filter { $0.hasPrefix(Self.putAsidePrefix(of: stage)) }.sorted().map(folder(of:))
  }

  /// Renames the work folder after what its order says, and returns the new one; nil where it holds no work, which is
  /// removed then.
  private func putAsideWork(of stage: String) throws -> URL? {
    let folder = partialFolder(of: stage)
    guard try holdsWork(folder) else {
      try FileSystem.remove(folder.path)
      return nil
    }
    let order = FileManager.default.contents(atPath: "\(folder.path)/\(Self.orderName)") ?? Data()
    let name = Self.putAsidePrefix(of: stage) + ContentHash.hash(of: order).prefix(8)
    let target = self.folder(of: name)
    try FileSystem.remove(target.path)
    try FileSystem.rename(folder.path, to: target.path)
    return target
  }

  /// Removes the unfinished work of a stage that was put aside; returns how many folders there were.
  func removeWorkPutAside(of stage: String) throws -> Int {
    let folders = putAsideFolders(of: stage)
    for folder in folders { try FileSystem.remove(folder.path) }
    return folders.count
  }

  /// Whether a work folder has more than its order.
  private func holdsWork(_ folder: URL) throws -> Bool {
    guard FileSystem.kind(of: folder.path) == .folder else { return false }
    return try ContentHash.files(in: folder).contains { $0 != Self.orderName }
  }

  /// Removes the temporary files of an interrupted run: hidden ones that end in `.temporary`.
  private func removeTemporaries(in folder: URL) throws {
    for file in try ContentHash.files(in: folder) {
      let name = URL(filePath: file).lastPathComponent
      if name.hasPrefix("."), name.hasSuffix(".temporary") { try FileSystem.remove("\(folder.path)/\(file)") }
    }
  }
}
