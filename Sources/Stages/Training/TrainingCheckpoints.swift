import Files
import Foundation
import Networks
import Pipelines
import Training

/// The checkpoint of a training in its stage's folder, and the one before it.
///
/// Each contains a hash of its content. A checkpoint that is damaged, such as one that a loss of power left empty, is
/// replaced by the one before, and without that the training starts over: it never stops a run.
struct TrainingCheckpoints {
  private static let name = "checkpoint.safetensors"
  private static let previousName = "checkpoint.previous.safetensors"
  private static let hashKey = "content_hash"
  private let folder: URL

  init(in folder: URL) { self.folder = folder }

  private func url(_ name: String) -> URL { folder.appending(path: name) }

  private func exists(_ name: String) -> Bool { FileSystem.kind(of: url(name).path) != nil }

  /// Whether there is a checkpoint, damaged or not.
  var isEmpty: Bool { !exists(Self.name) && !exists(Self.previousName) }

  /// Writes a checkpoint; the last one becomes the one before, whose predecessor is removed.
  ///
  /// - Throws: `FileError`.
  func save(_ checkpoint: TrainingCheckpoint) throws {
    var file = checkpoint.file
    file.metadata[Self.hashKey] = Self.hash(of: file)
    if exists(Self.name) { try FileSystem.rename(url(Self.name).path, to: url(Self.previousName).path) }
    try AtomicFile.write(file.encoded(), to: url(Self.name))
  }

  /// The newest checkpoint that is intact and that `check` accepts; nil where there is none. Damaged ones are removed,
  /// with a warning.
  ///
  /// - Throws: `NetworkError.unreadable` for one that may not be read: it may still be good.
  func newest(log: RunLog, check: (TrainingCheckpoint) throws -> Void) throws -> TrainingCheckpoint? {
    let names = [Self.name, Self.previousName].filter(exists)
    for (index, name) in names.enumerated() {
      do {
        let checkpoint = TrainingCheckpoint(file: try intactFile(name))
        try check(checkpoint)
        return checkpoint
      } catch let error as NetworkError where error.isUnreadable {
        throw error
      } catch {
        let next = index + 1 < names.count ? "the previous one is used" : "the training starts over"
        log.warning("\(name) is damaged (\(Self.reason(error))): \(next)")
        try FileSystem.remove(url(name).path)
      }
    }
    return nil
  }

  /// Removes the checkpoints of a training whose model is complete.
  ///
  /// - Throws: `FileError`.
  func remove() throws {
    for name in [Self.previousName, Self.name] { try FileSystem.remove(url(name).path) }
  }

  /// Damage that the content hash reveals.
  private struct ChangedContent: Error, CustomStringConvertible {
    var description: String { "its content does not match its hash" }
  }

  private func intactFile(_ name: String) throws -> WeightFile {
    var file = try WeightFile(contentsOf: url(name))
    guard let hash = file.metadata.removeValue(forKey: Self.hashKey) else {
      // Version 0.1 wrote no hash; it wrote no other key than that of the state either.
      if file.metadata.count == 1 { return file }
      throw ChangedContent()
    }
    guard hash == Self.hash(of: file) else { throw ChangedContent() }
    return file
  }

  private static func hash(of file: WeightFile) -> String {
    let hasher = StreamHasher()
    func add(_ text: String) { hasher.update(Data("\(text.utf8.count):\(text)".utf8)) }
    for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) {
      add(key)
      add(value)
    }
    for (name, array) in file.arrays.sorted(by: { $0.key < $1.key }) {
      add("\(name) \(array.shape)")
      array.values.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.digest
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case NetworkError.damaged(_, let expected, let found): "expected \(expected), found \(found)"
    case TrainingError.foreignCheckpoint(let reason): reason
    default: "\(error)"
    }
  }
}

extension NetworkError {
  fileprivate var isUnreadable: Bool {
    if case .unreadable = self { true } else { false }
  }
}
