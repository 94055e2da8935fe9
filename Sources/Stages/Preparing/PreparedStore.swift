import Datasets
import Files
import Foundation
import Volumes

/// Makes the parts of one prepared case, one after the other, so that they need not be in memory together.
package struct CaseParts {
  /// The image, and the grid of the scan.
  let image: () throws -> (image: Volume, scanGrid: Grid)
  /// The labels on the grid of the image, and what they lost at its spacing; from the grid of the scan.
  let labels: (Grid) throws -> (labels: LabelMap, loss: ForegroundLoss?)

  package init(
    image: @escaping () throws -> (image: Volume, scanGrid: Grid),
    labels: @escaping (Grid) throws -> (labels: LabelMap, loss: ForegroundLoss?)
  ) {
    (self.image, self.labels) = (image, labels)
  }
}

/// The folder `prepared/` of a training: for each prepared case a file, and a manifest that makes it valid.
package struct PreparedStore {
  static let folderName = "prepared"
  private static let (ending, recordEnding) = ("voxels", "json")

  private let folder: URL

  /// - Parameter stageFolder: The folder of the stage's work.
  package init(in stageFolder: URL) {
    folder = stageFolder.appending(path: Self.folderName, directoryHint: .isDirectory)
  }

  private func url(_ name: String, _ ending: String) -> URL { folder.appending(path: "\(name).\(ending)") }

  /// A case that was stored completely and is unchanged; nil where there is none.
  ///
  /// A file whose time is not that of its manifest is read and compared with its content hash.
  /// - Parameters:
  ///   - size: That of the prepared case.
  ///   - channels: Those of its image.
  package func find(_ origin: PreparedOrigin, size: GridSize, channels: Int) throws -> PreparedCase? {
    let name = try origin.name()
    guard let data = FileManager.default.contents(atPath: url(name, Self.recordEnding).path),
      let record = try? JSONDecoder().decode(PreparedRecord.self, from: data), record.origin == origin,
      let facts = record.facts(size: size, channels: channels)
    else { return nil }
    let layout = PreparedLayout(size: size, channels: channels, places: record.places)
    let path = url(name, Self.ending).path
    guard FileStamp(of: path, named: record.stamp.path)?.bytes == Int64(layout.byteCount),
      let file = try? MappedFile(path), file.bytes.count == layout.byteCount
    else { return nil }
    let mapped = PreparedFile(file, layout: layout)
    let isOfTime = file.stamp.modifiedNanoseconds == record.stamp.modifiedNanoseconds
    guard isOfTime || Self.hash(file.bytes) == record.contentHash,
      Self.hash(UnsafeRawBufferPointer(mapped.places)) == record.placesHash
    else { return nil }
    return PreparedCase(id: origin.id, facts: facts, file: mapped)
  }

  /// Links the files of cases that another store has and this one has not, where the file system can. Both then have them,
  /// on the space of one.
  ///
  /// - Throws: `FileError`, and what JSON encoding throws.
  package func link(_ origins: [PreparedOrigin], from other: PreparedStore) throws {
    guard FileSystem.kind(of: other.folder.path) == .folder else { return }
    try FileSystem.makeFolder(folder.path)
    for name in try origins.map({ try $0.name() }) {
      let (record, recordThere) = (url(name, Self.recordEnding).path, other.url(name, Self.recordEnding).path)
      guard FileSystem.kind(of: record) == nil, FileSystem.kind(of: recordThere) == .file else { continue }
      // A file without its manifest is of a store that was interrupted.
      try FileSystem.remove(url(name, Self.ending).path)
      guard FileSystem.link(other.url(name, Self.ending).path, as: url(name, Self.ending).path) else { continue }
      _ = FileSystem.link(recordThere, as: record)
    }
  }

  /// Makes a case and stores it; its parts are in memory one after the other.
  ///
  /// - Throws: `FileError`; what the parts throw.
  package func store(_ origin: PreparedOrigin, _ parts: CaseParts) throws -> PreparedCase {
    try FileSystem.makeFolder(folder.path)
    let name = try origin.name()
    let file = url(name, Self.ending)
    try FileSystem.remove(url(name, Self.recordEnding).path)
    let hasher = StreamHasher()
    var written: (facts: PreparedFacts, table: [Int])?
    try AtomicFile.write(to: file) { descriptor in
      written = try Self.write(origin, parts) { bytes in
        try FileSystem.write(bytes, to: descriptor, path: file.path)
        hasher.update(bytes)
      }
    }
    guard let (facts, table) = written else { preconditionFailure("an atomic file is written by its body") }
    let layout = PreparedLayout(size: facts.grid.size, channels: facts.channels, places: table.count)
    let mapped = try MappedFile(file.path)
    let record = PreparedRecord(
      origin, facts, places: table.count, stamp: mapped.stamp.named(file.lastPathComponent),
      contentHash: hasher.digest, placesHash: table.withUnsafeBytes(Self.hash))
    try AtomicFile.write(CanonicalJSON.data(of: record), to: url(name, Self.recordEnding))
    return PreparedCase(id: origin.id, facts: facts, file: PreparedFile(mapped, layout: layout))
  }

  private static func write(
    _ origin: PreparedOrigin, _ parts: CaseParts, to write: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> (facts: PreparedFacts, table: [Int]) {
    func image() throws -> (grid: Grid, channels: Int, scanGrid: Grid) {
      let (image, scanGrid) = try parts.image()
      try image.voxels.withUnsafeBytes(write)
      return (image.grid, image.channels, scanGrid)
    }
    let (grid, channels, scanGrid) = try image()
    let (labels, loss) = try parts.labels(scanGrid)
    let table = labels.labels.withUnsafeBufferPointer { origin.places.table(of: $0, size: grid.size) }
    let layout = PreparedLayout(size: grid.size, channels: channels, places: table.count)
    try pad(layout.labelsOffset - layout.imageBytes, write)
    try labels.labels.withUnsafeBytes(write)
    try pad(layout.placesOffset - layout.labelsOffset - layout.labelsBytes, write)
    try table.withUnsafeBytes(write)
    return (PreparedFacts(grid: grid, channels: channels, labels: labels.labels, loss: loss), table)
  }

  private static func pad(_ count: Int, _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
    try [UInt8](repeating: 0, count: count).withUnsafeBytes(write)
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> String {
    let hasher = StreamHasher()
    hasher.update(bytes)
    return hasher.digest
  }

  /// Removes the files of other cases than these.
  ///
  /// - Throws: `FileError`.
  package func removeOthers(than origins: [PreparedOrigin]) throws {
    guard FileSystem.kind(of: folder.path) == .folder else { return }
    let names = Set(try origins.map { try $0.name() })
    for file in try FileSystem.entries(in: folder.path).names
    where !names.contains(URL(filePath: file).deletingPathExtension().lastPathComponent) {
      try FileSystem.remove(folder.appending(path: file).path)
    }
  }

  /// Removes all prepared cases; those that are mapped can still be read.
  ///
  /// - Throws: `FileError`.
  package func remove() throws { try FileSystem.remove(folder.path) }

  /// The folder, for the check of its disk.
  var location: URL { folder }
}
