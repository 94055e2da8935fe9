import Foundation

/// Standard output, on which commands print their results. A result that cannot be written is an error.
enum Output {
  /// Opens what the caller closed, before anything else is opened: a file of ours would else become standard output, and
  /// results would be written into it.
  static func prepare() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // Standard output is open for reading alone: what is printed is an error, as it was. Messages have nowhere to go.
      _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Prints lines of a result.
  ///
  /// - Throws: `OutputError`; where nobody reads on, as behind `| head`, nothing.
  static func print(_ text: String, terminator: String = "\n") throws {
    let bytes = Array((text + terminator).utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE { return }
      guard count > 0 else { throw OutputError.notWritten(reason: String(cString: strerror(errno))) }
      written += count
    }
  }
}

/// What is wrong with what commands print.
enum OutputError: Error, CustomStringConvertible {
  /// The system refuses it.
  case notWritten(reason: String)

  var description: String {
    switch self {
    case .notWritten(let reason):
      "cannot write the result to standard output (\(reason)); redirect it to another file"
    }
  }
}
