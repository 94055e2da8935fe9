import ScanIO

extension Sequence<Glob.Match> {
  /// The matches without the header files of pairs whose image file matches too, so that `.hdr` and `.img` are one scan.
  public func withOneFileAScan() -> [Glob.Match] {
    let paths = Set(map(\.url.path))
    return filter { match in
      guard let image = ScanFile.parts(of: match.url).last?.path, image != match.url.path else { return true }
      return !paths.contains(image)
    }
  }
}
