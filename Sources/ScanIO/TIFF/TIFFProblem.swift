/// Why a TIFF file could not be read, where no other format has such a reason. Pages count from 1.
public enum TIFFProblem: Equatable, Sendable {
  /// The directory of a page is followed by one that came before it.
  case pagesLoop(page: Int)
  /// The directories or the values of their tags lie over each other: together they are larger than the file.
  case directoriesOverlap(page: Int)
  /// A page is of another size or type than the first.
  case pagesDiffer(page: Int, expected: String, found: String)
  /// All pages are marked as smaller copies of others.
  case onlyReducedCopies(count: Int)
  /// The file's description counts other pages than there are.
  case pageCount(source: String, expected: Int, found: Int)
  /// The compression is none that is read.
  case compression(page: Int, name: String)
  /// The colours are none that are read.
  case colours(page: Int, name: String)
  /// Voxels in blocks of several slices, an extension that is not read.
  case blocks(page: Int, depth: Int)
  /// An OME-TIFF that is one of several files.
  case severalFiles
  /// An OME-TIFF of several images.
  case severalImages(count: Int)
  /// The file has several points of time, and nothing was said of which to read.
  case severalFrames(count: Int, advice: Advice = .loadKeys)
}

extension TIFFProblem: CustomStringConvertible {
  /// What is wrong, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .pagesLoop(let page):
      "damaged: page \(page) links back to an earlier page; copy or export it again"
    case .directoriesOverlap(let page):
      "damaged: the directories up to page \(page) declare more bytes than the file has; copy or export it again"
    case .pagesDiffer(let page, let expected, let found):
      "page \(page) has \(found), page 1 has \(expected); save pages of equal size and type, "
        + "or each page as a separate file"
    case .onlyReducedCopies(let count):
      "all \(count) pages are marked as reduced copies; save the full image as a page"
    case .pageCount(let source, let expected, let found):
      "the \(source) description lists \(expected) pages, but the file has \(found). "
        + "Pages without a directory (ImageJ files above 4 GB) are not supported: save it as BigTIFF or OME-TIFF"
    case .compression(let page, let name):
      "compression \(name) of page \(page) is not supported; expected \(TIFFCompression.knownNames). "
        + "Save it without compression, or with deflate"
    case .colours(let page, let name):
      "page \(page) has \(name) colours; expected grey, RGB or a palette. Save it as grey or RGB"
    case .blocks(let page, let depth):
      "page \(page) has blocks of \(depth) slices; expected one slice per page. Save the slices as pages"
    case .severalFiles:
      "is part of an OME-TIFF of several files; save it as one file"
    case .severalImages(let count):
      "is an OME-TIFF with \(count) images, expected 1; save each as a separate file"
    case .severalFrames(let count, let advice):
      "has \(count) time points. Use \(advice.setting([("fourth_dimension", "time"), ("frame", "0")])) "
        + "to read the first, or \(advice.setting("fourth_dimension", "channels")) to read all of them as channels"
    }
  }
}
