/// The files of images and of labels, where no label belongs to an image.
public struct UnpairedNames: Hashable, Sendable, CustomStringConvertible {
  /// The names of the image files.
  public let images: [String]
  /// The names of the label files.
  public let labels: [String]
  /// Patterns of the names of images and of labels that would pair `count` cases; nil where none are known.
  public let advice: Advice?
  /// The suffixes that the images were to have; nil: any.
  public var suffixes: [String]?

  /// Makes the names of both sides.
  init(images: [String], labels: [String], advice: Advice?, suffixes: [String]? = nil) {
    (self.images, self.labels, self.advice, self.suffixes) = (images, labels, advice, suffixes)
  }

  /// Patterns that would pair images and labels.
  public struct Advice: Hashable, Sendable {
    /// The patterns of the images, such as `img_{case}.nii.gz`.
    public let images: [String]
    /// The pattern of the labels, such as `{case}_seg.nii.gz`.
    public let label: String
    /// The number of cases that they would pair.
    public let count: Int
  }

  /// What is wrong, the first names of each side, and what to do.
  public var description: String {
    let wanted = suffixes.map { " whose name ends in \(Wording.quoted($0)) (--suffix)" } ?? ""
    let lines = [
      "no label belongs to an image\(wanted): no name of a label is that of an image\(wanted).",
      "  \(Wording.counted(images.count, "image")): \(Wording.quoted(images, shown: 10))",
      "  \(Wording.counted(labels.count, "label")): \(Wording.quoted(labels, shown: 10))",
    ]
    let general =
      "A label needs the name of its image. Rename the files, or give patterns with {case} in place of the name of "
      + "the case: --images 'images/img_{case}.nii.gz' --labels 'labels/{case}_seg.nii.gz'."
    guard let advice else { return (lines + [general]).joined(separator: "\n") }
    return
      (lines + [
        "The names \(Wording.quoted(advice.images)) and '\(advice.label)' would pair "
          + "\(Wording.counted(advice.count, "case")), but may pair different ones: other patients, visits or sides. "
          + "If that is right, give them with --images and --labels; otherwise rename the files."
      ]).joined(separator: "\n")
  }
}
