import Foundation

/// The path of a file to be written, and an action just before it is renamed to that path.
public protocol FileTarget {
  /// The file.
  var fileURL: URL { get }

  /// Called when the content is complete, in a temporary file beside the target; where it throws, nothing is replaced.
  func willReplace(with temporary: URL) throws
}

extension URL: FileTarget {
  /// The file itself.
  public var fileURL: URL { self }

  /// Does nothing.
  public func willReplace(with temporary: URL) {}
}
