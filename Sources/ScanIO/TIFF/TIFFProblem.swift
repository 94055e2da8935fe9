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
      "page \(page) is followed by an earlier one, expected each page once; it is damaged: copy or export it again"
    case .directoriesOverlap(let page):
      "the directories up to page \(page) promise more bytes than the file has; it is damaged: copy or export it again"
    case .pagesDiffer(let page, let expected, let found):
      "page \(page) has \(found), expected \(expected) as on page 1; save pages of one size and type, "
        + "or each in a file of its own"
    case .onlyReducedCopies(let count):
      "all of its \(count) pages are marked as smaller copies, expected an image in full; save that one as a page"
    case .pageCount(let source, let expected, let found):
      "its \(source) description promises \(expected) pages, and \(found) are there; "
        + "pages without a directory, as ImageJ leaves them above 4 GB, are not read: save it as BigTIFF or OME-TIFF"
    case .compression(let page, let name):
      "page \(page) is compressed by \(name), expected one of \(TIFFCompression.knownNames); "
        + "save it without compression or by deflate"
    case .colours(let page, let name):
      "page \(page) holds \(name) colours, expected grey, RGB or a palette; save it as grey or RGB"
    case .blocks(let page, let depth):
      "page \(page) holds blocks of \(depth) slices, expected 1 slice a page; save the slices as pages"
    case .severalFiles:
      "is one of the several files of an OME-TIFF, expected a single file; save it as one file"
    case .severalImages(let count):
      "is an OME-TIFF of \(count) images, expected 1; save each in a file of its own"
    case .severalFrames(let count, let advice):
      "has \(count) points of time; \(advice.setting([("fourth_dimension", "time"), ("frame", "0")])) reads the first, "
        + "\(advice.setting("fourth_dimension", "channels")) all of them as channels"
    }
  }
}
