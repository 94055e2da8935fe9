import Foundation

/// The name, size and modification time of a file; if they are equal, the file is probably unchanged.
public struct FileStamp: Hashable, Sendable, Codable {
  /// The name that the file is known by.
  public var path: String
  /// Its length.
  public var bytes: Int64
  /// When its content was last changed, since 1970.
  public var modifiedNanoseconds: Int64

  /// The stamp of a file under a name; nil where there is none.
  public init?(of file: String, named path: String) {
    var status = stat()
    guard stat(file, &status) == 0 else { return nil }
    self.init(status, named: path)
  }

  /// The same stamp under another name.
  public func named(_ path: String) -> FileStamp {
    var stamp = self
    stamp.path = path
    return stamp
  }

  /// The stamp of a file whose status is known.
  init(_ status: stat, named path: String) {
    self.path = path
    bytes = Int64(status.st_size)
    modifiedNanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }
}
