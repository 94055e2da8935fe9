import Foundation

/// An operation on a file or folder that failed.
public enum FileError: Error, Equatable, Sendable {
  /// The system refused an operation, with its error number.
  case operation(FileOperation, path: String, code: Int32)
  /// A path to be written is a folder or a device.
  case notRegularFile(path: String)
  /// The folder of a file to be written does not exist.
  case noFolder(path: String)
  /// A path to be read is a folder, a device or a pipe.
  case notAFile(path: String, found: String)
  /// A file is larger than its purpose allows.
  case tooLarge(path: String, limit: Int)
  /// A file is not UTF-8 text.
  case notText(path: String, TextProblem)
  /// A file that a command reads would be replaced by one that it writes.
  case wouldReplaceInput(path: String, input: String)
  /// A file would be replaced that the user may have changed.
  case wouldReplace(path: String)
  /// Files that this program did not write, or that were modified since, would be replaced; at least one.
  case wouldReplaceForeign(paths: [String])
}

/// What was tried on a file or folder.
public enum FileOperation: String, Sendable {
  /// Making a file or folder.
  case create
  /// Reading.
  case read
  /// Writing, and making it last.
  case write
  /// Giving another name.
  case rename
  /// Removing.
  case remove
  /// Locking a folder.
  case lock
}

extension FileError {
  /// Whether a file or folder could not be written, rather than read.
  public var isAboutWriting: Bool {
    switch self {
    case .operation(.read, _, _), .notAFile, .tooLarge, .notText: false
    case .operation, .notRegularFile, .noFolder, .wouldReplaceInput, .wouldReplace, .wouldReplaceForeign: true
    }
  }

  /// Whether the user must give another path, or one that may be read; otherwise the file system has a problem.
  public var isAboutNaming: Bool {
    switch self {
    case .operation(.read, _, ENOENT), .operation(.read, _, ENOTDIR), .operation(.read, _, EACCES): true
    case .noFolder, .notAFile, .tooLarge, .notText, .wouldReplaceInput, .wouldReplace, .wouldReplaceForeign: true
    case .operation, .notRegularFile: false
    }
  }
}

extension FileError: CustomStringConvertible {
  /// The message in one line: path, problem, and what to do.
  public var description: String {
    switch self {
    case .notRegularFile(let path):
      return "\(path): is a folder or a device; choose the path of a file"
    case .noFolder(let path):
      return "\(path): its folder does not exist; check the path, or make the folder first"
    case .notAFile(let path, let found):
      return "\(path): is \(found), not a file; give the path of a file"
    case .tooLarge(let path, let limit):
      return "\(path): larger than \(limit >> 20) MiB; expected a small text file; give another file"
    case .notText(let path, let problem):
      return "\(path): \(problem)"
    case .wouldReplaceInput(let path, let input):
      let isSame = path == input
      return "\(path): this output file is \(isSame ? "also an input" : "the same file as the input \(input)"); "
        + "choose another output, so that the input is not overwritten"
    case .wouldReplace(let path):
      return "\(path): already exists; choose another file, or add --overwrite to replace it"
    case .wouldReplaceForeign(let paths):
      let others = paths.count > 1 ? " (and \(paths.count - 1) more \(paths.count == 2 ? "file" : "files"))" : ""
      return "\(paths[0])\(others): already exists, and segment did not write it or it was modified since; "
        + "choose another output, or add --overwrite to replace it"
    case .operation(let operation, let path, let code):
      return "\(path): cannot \(operation.rawValue): \(String(cString: strerror(code)))\(Self.remedy(operation, code))"
    }
  }

  /// What to do. Commands name their inputs and outputs differently, so that no option is named.
  private static func remedy(_ operation: FileOperation, _ code: Int32) -> String {
    switch (operation, code) {
    case (.read, ENOENT), (.read, ENOTDIR): "; check the path"
    case (.read, EACCES), (.read, EPERM): "; check its permissions"
    case (.read, _): ""
    case (_, ENOENT), (_, ENOTDIR): "; check the path: its folder must exist"
    case (_, EACCES), (_, EPERM), (_, EROFS): "; choose another output, or change the permissions of its folder"
    case (_, ENOSPC), (_, EDQUOT): "; free some space, then run the same command again"
    default: ""
    }
  }
}
