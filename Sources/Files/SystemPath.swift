import Foundation

/// Paths as the system reads them.
///
/// `folder/..` is the folder above `folder`; where `folder` is a symbolic link, it is the folder above the link's target.
/// Foundation removes `folder/..` from the text of a path, which then names another folder.
public enum SystemPath {
  /// A path that means the same, also after its `..` were removed from its text.
  ///
  /// Parts behind which a `..` follows are replaced by the target if they are symbolic links. A path without such a link
  /// is returned as it is. What does not exist counts as no link.
  public static func resolvingParents(_ path: String) -> String {
    let parts = path.split(separator: "/")
    guard parts.contains("..") else { return path }
    var folder = path.hasPrefix("/") ? "/" : ""
    var hasLink = false
    for part in parts where part != "." {
      guard part == "..", !folder.isEmpty, folder != "..", !folder.hasSuffix("/..") else {
        folder += (folder.isEmpty || folder.hasSuffix("/") ? "" : "/") + part
        continue
      }
      if isLink(folder), let target = real(folder) {
        hasLink = true
        folder = target
      }
      folder = parent(of: folder)
    }
    return hasLink ? folder : path
  }

  /// The path without symbolic links, `.` and `..`; nil where nothing is there.
  public static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether a path is a symbolic link.
  public static func isLink(_ path: String) -> Bool {
    FileSystem.linkStatus(of: path).map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
  }

  /// The text before the last part: `/` of `/a`, empty for `a`.
  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension URL {
  /// The file or folder that a path of the command line or of a file means to the system.
  ///
  /// It differs from `URL(filePath:)` where `..` follows a symbolic link.
  public init(systemPath path: String) { self.init(filePath: SystemPath.resolvingParents(path)) }
}
