/// The words in the text around the name of a case, which say whether an image and a label are of one case.
///
/// `_T1w` and `_mask` are words for images and for labels: `a_T1w` and `a_mask` are of the case `a`. The words of `_ses-1` or
/// `_L` belong to the name of the case: `a_L` and `a_R_mask` are of two cases.
struct AffixWords {
  /// The words that belong to the name of the case, in order.
  private let rest: [String]
  /// Whether a word says that the file is an image or a label.
  private let hasKind: Bool

  /// Reads the words before and after the name of a case.
  ///
  /// - Parameter kinds: Further words for images.
  private init(_ frame: NameFrame, kinds: [String]) {
    // The number of a channel is a word for an image.
    let suffix = frame.isChannel ? String(frame.suffix.dropLast(5)) : frame.suffix
    let words = (frame.prefix + " " + suffix).lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    let known = Self.kinds.union(
      kinds.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) })
    // `manual1` is the word `manual` with a number.
    func isKind(_ word: String) -> Bool {
      known.contains(word) || known.contains(String(word.reversed().drop(while: \.isNumber).reversed()))
    }
    hasKind = frame.isChannel || words.contains(where: isKind)
    rest = words.filter { !isKind($0) && !Self.neutral.contains($0) }
  }

  /// Whether nothing in these words belongs to the name of a case, or a word for images or labels is among them.
  private var isExplained: Bool { hasKind || rest.allSatisfy(Self.parts.contains) }

  /// The forms of images whose names differ from those of labels in words for images and labels alone.
  ///
  /// - Parameters:
  ///   - images: The forms of images that have the name of a label's case.
  ///   - label: The form of the labels.
  ///   - kinds: Further words for images.
  static func certain(_ images: [NameFrame], label: NameFrame, kinds: [String]) -> Set<NameFrame> {
    let label = AffixWords(label, kinds: [])
    let fitting = images.map { ($0, AffixWords($0, kinds: kinds)) }.filter { _, image in
      image.rest == label.rest
        || image.isExplained && label.isExplained && (image.rest.isEmpty || label.rest.isEmpty)
    }
    // Images of one name that are of several visits or sides: the label may be of any.
    let plain = fitting.filter { $0.1.rest == label.rest || $0.1.rest.isEmpty }
    let isClear = Set(fitting.map(\.1.rest)).count <= 1
    return Set((isClear ? fitting : plain).map(\.0))
  }

  /// Words for files of images or of labels.
  private static let kinds: Set<String> = LabelsBesideImages.words.union([
    "1stho", "2ndho", "adc", "bold", "ct", "cta", "dicom", "dwi", "flair", "image", "images", "imaging", "img", "imgs",
    "lbl", "mr", "mri", "mra", "msk", "orig", "original", "pd", "pdw", "pet", "raw", "scan", "scans", "swi", "t1",
    "t1c",
    "t1ce", "t1gd", "t1n", "t1w", "t2", "t2f", "t2w", "us", "vol", "volume", "volumes",
  ])

  /// Words for cases of any name.
  private static let neutral: Set<String> = ["case", "id", "pat", "patient", "pt", "sub", "subj", "subject"]

  /// Words for the parts of a data set.
  private static let parts: Set<String> = ["test", "tr", "train", "training", "ts", "val", "validation"]
}
