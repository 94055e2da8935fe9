import Foundation
import Synchronization

/// The temporary files that this process is writing; they are removed when a signal ends it.
///
/// They are hidden, and their names end in `.temporary`.
public enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])

  private static let prefix = ".segment-write-"
  private static let suffix = ".temporary"
  /// The folders in which this process has looked for files of dead processes.
  private static let searched = Mutex<Set<String>>([])

  /// Makes a file of a name that no other file of the folder has, and locks it while its descriptor is open.
  ///
  /// - Throws: `FileError`, which names the file that it is made for.
  static func make(in folder: String, for target: String) throws -> (path: String, descriptor: Int32) {
    while true {
      let path = "\(folder)/\(prefix)\(UUID().uuidString)\(suffix)"
      paths.withLock { _ = $0.insert(path) }
      do {
        let descriptor = try FileSystem.open(path, flags: O_RDWR | O_CREAT | O_EXCL, for: .create, named: target)
        flock(descriptor, LOCK_EX)
        var status = stat()
        // Before it was locked, another process may have taken it for the file of a dead one.
        if fstat(descriptor, &status) != 0 || status.st_nlink > 0 { return (path, descriptor) }
        close(descriptor)
        forget(path)
      } catch {
        forget(path)
        throw error
      }
    }
  }

  /// Removes the files of processes that were killed: those of this program's names that no process has locked.
  static func removeAbandoned(in folder: String) {
    guard searched.withLock({ $0.insert(folder).inserted }), let names = try? FileSystem.entries(in: folder).names
    else { return }
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let path = "\(folder)/\(name)"
      guard let status = FileSystem.linkStatus(of: path), status.st_mode & S_IFMT == S_IFREG,
        let descriptor = try? FileSystem.open(path, flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK, for: .remove)
      else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  /// Forgets a file that has its final name.
  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  static func remove(_ path: String) {
    unlink(path)
    forget(path)
  }

  /// Removes all of them and ends the process, before any thread can begin another.
  public static func removeAllAndExit(_ code: Int32) -> Never {
    paths.withLock { paths in
      paths.forEach { unlink($0) }
      // Neither destructors nor the handlers of `exit`: other threads still work.
      _exit(code)
    }
  }

  /// Whether a name is one of a temporary file, of this or another process.
  public static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".temporary") }
}
