import Foundation

/// Where a file is written to, and what happens in the moment before it takes its place.
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
