import Files
import Foundation

/// The content hashes of files outside the run, unchanged ones taken from an earlier manifest.
struct ExternalFileHashes {
  private(set) var files: [Manifest.HashedFile] = []
  private(set) var entries: [Fingerprint.External] = []

  init(of externalFiles: [ExternalFile], known: [Manifest.HashedFile]) throws {
    let known = Dictionary(known.map { ($0.stamp, $0.hash) }) { first, _ in first }
    for file in externalFiles {
      let path = file.url.path
      // A folder's stamp says nothing of the files in it.
      let stamp = FileSystem.kind(of: path) == .file ? FileStamp(of: path, named: path) : nil
      let hash = try stamp.flatMap { known[$0] } ?? ContentHash.hash(of: file.url)
      entries.append(.init(role: file.role, hash: hash))
      if let stamp { files.append(.init(stamp: stamp, hash: hash)) }
    }
  }
}
