import Files
import Foundation

// The work folders of stages. Work that an interrupted run left is resumed by a run of the same fingerprint. A run of
// another one puts it aside until it has published its own: whoever sets the parameters back resumes it then.

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
    /// The unfinished work of other parameters that this one puts aside; nil: there was none.
    let previous: URL?
  }

  /// Whether an interrupted run left work that a new run of this fingerprint resumes.
  ///
  /// A forced run resumes only a forced one, because its purpose is to repeat the work.
  func canResume(
    _ stage: String, fingerprint: Fingerprint, absences: [String: String], isForced: Bool
  ) -> Bool {
    [partialFolder(of: stage), previousFolder(of: stage)].contains {
      hasWork($0, of: fingerprint, absences: absences, isForced: isForced)
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
    let (folder, previous) = (partialFolder(of: stage), previousFolder(of: stage))
    func isOurs(_ folder: URL) -> Bool {
      hasWork(folder, of: fingerprint, absences: absences, isForced: isForced)
    }
    if isOurs(folder) {
      try removeTemporaries(in: folder)
      return Work(folder: folder, isResuming: true, previous: nil)
    }
    let isWorth = try holdsWork(folder)
    if isOurs(previous) {
      try exchange(of: stage, keepingPartial: isWorth)
      try removeTemporaries(in: folder)
      return Work(folder: folder, isResuming: true, previous: isWorth ? previous : nil)
    }
    if isWorth {
      try FileSystem.remove(previous.path)
      try FileSystem.rename(folder.path, to: previous.path)
    } else {
      try FileSystem.remove(folder.path)
    }
    try FileSystem.makeFolder(folder.path)
    let order = try Manifest.encoder.encode(WorkOrder(fingerprint: fingerprint, isForced: isForced))
    try AtomicFile.write(order, to: folder.appending(path: Self.orderName))
    return Work(folder: folder, isResuming: false, previous: isWorth ? previous : nil)
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

  // MARK: Exchange

  private func exchangeFolder(of stage: String) -> URL { folder(of: ".\(stage).exchange") }

  /// Makes the work that was put aside the current one, and puts the current one aside in its place if it is kept.
  private func exchange(of stage: String, keepingPartial: Bool) throws {
    let (partial, previous) = (partialFolder(of: stage).path, previousFolder(of: stage).path)
    guard keepingPartial else {
      try FileSystem.remove(partial)
      return try FileSystem.rename(previous, to: partial)
    }
    try FileSystem.rename(partial, to: exchangeFolder(of: stage).path)
    try FileSystem.rename(previous, to: partial)
    try completeExchange(of: stage)
  }

  /// Ends an exchange, or takes back one of which a killed run made only the first step.
  func completeExchange(of stage: String) throws {
    let waiting = exchangeFolder(of: stage).path
    guard FileSystem.kind(of: waiting) != nil else { return }
    let isBegun = FileSystem.kind(of: partialFolder(of: stage).path) != nil
    try FileSystem.rename(waiting, to: (isBegun ? previousFolder(of: stage) : partialFolder(of: stage)).path)
  }
}
