import ScanIO
import Volumes

/// A warning or an error of an audit about a case.
public enum AuditFinding: Hashable, Sendable, CustomStringConvertible {
  /// A file of the case cannot be read, or not used; the text says why.
  case unusable(reason: String)
  /// The image has no label though others have one.
  case noLabel
  /// The label is not on the image's grid.
  case misplacedLabel(GridDisplacement)
  /// The label has the image's voxels in another order, which is put right when it is loaded.
  case reorderedLabel(Orientation, image: Orientation)
  /// The label has another size than the image.
  case otherSize(image: GridSize, label: GridSize)
  /// The label is probably that of another image.
  case unrelatedLabel(UnrelatedLabel)
  /// Of image and label only one has a physical size.
  case otherUnit
  /// The image has a further dimension, of this length.
  case furtherDimension(Int)
  /// The image has another number of channels than most.
  case channels(Int, usual: Int)
  /// A part of the image's header wants attention.
  case note(ScanNote)
  /// Values are NaN or infinite.
  case notFinite(Int)
  /// A channel is constant.
  case constant(channel: Int)
  /// The largest value is far from that of most images.
  case unusualRange(maximum: Float, usual: Float)
  /// The label has no foreground.
  case emptyLabel
  /// The label has many grey values between two, as a mask with antialiased edges has.
  case smoothEdges(low: Int, high: Int, between: Int)
  /// The label is a mask with smooth edges, and other labels have classes.
  case smoothAmongClasses
  /// The image has so few values that it may be a label.
  case labelAmongImages(values: Int)
  /// The label has so many values, side by side without order, that it is an image.
  case imageAmongLabels(values: Int)
  /// The image is the same as that of another case.
  case duplicateImage(of: String)
  /// The label, which is not empty, is the same as that of another case.
  case duplicateLabel(of: String)

  /// The text of the finding.
  public var description: String {
    switch self {
    case .unusable(let reason): reason
    case .noLabel: "has no label"
    case .misplacedLabel(let displacement): "image and label are on different grids: \(displacement)"
    case .reorderedLabel(let label, let image):
      "the label stores its voxels in the order \(label), the image in \(image); "
        + "they are reoriented to the image's order, without interpolation"
    case .otherSize(let image, let label): "the image has \(image) voxels, the label \(label)"
    case .unrelatedLabel(let reason): reason.description
    case .otherUnit: "only one of image and label has a physical size"
    case .furtherDimension(let count): "the image has 4 dimensions (\(count) in the fourth)"
    case .channels(let count, let usual): "the image has \(Wording.counted(count, "channel")), most have \(usual)"
    case .note(let note): note.description
    case .notFinite(let count): "\(Wording.counted(count, "value is", "values are")) NaN or infinite"
    case .constant(let channel): "channel \(channel) is constant"
    case .unusualRange(let maximum, let usual):
      "maximum \(Wording.rounded(Double(maximum))), typical maximum \(Wording.rounded(Double(usual)))"
    case .emptyLabel: "the label is empty"
    case .smoothEdges(let low, let high, let between):
      "the label has smooth edges: \(between) grey values between \(low) and \(high)"
    case .smoothAmongClasses:
      "the label is a mask with smooth edges, the others have classes; convert it to the values of the others"
    case .labelAmongImages(let values): "the image looks like a label: it has \(values) values"
    case .imageAmongLabels(let values): "the label looks like an image: it has \(values) values"
    case .duplicateImage(let other): "same image as '\(other)'"
    case .duplicateLabel(let other): "same label as '\(other)'"
    }
  }

  /// What a pipeline file can do about it.
  public enum Remedy: Hashable, Sendable {
    /// `exclude` the case.
    case exclude
    /// Another key of the load stage.
    case key(String)
    /// Nothing: a person should look.
    case look
  }

  /// What to put into the pipeline file.
  public var remedy: Remedy {
    switch self {
    case .misplacedLabel, .otherSize: .key("on_mismatch: resample")
    case .furtherDimension: .key("fourth_dimension: channels        # or: fourth_dimension: time, with frame: 0")
    case .note(.alphaKept): .key("alpha: drop")
    case .otherUnit: .key("spacing_mm: [1, 1]        # the size of a pixel in millimetres")
    case .unusualRange, .note, .emptyLabel, .smoothEdges, .labelAmongImages, .reorderedLabel: .look
    default: .exclude
    }
  }

  /// The kind of the finding; findings of one kind share a line of the report.
  var kind: String {
    switch self {
    case .unusable: "unusable"
    case .noLabel: "no label"
    case .misplacedLabel: "misplaced label"
    case .otherSize: "other size"
    case .unrelatedLabel(let reason): "unrelated label: \(reason.kind)"
    case .reorderedLabel: "reordered label"
    case .otherUnit: "other unit"
    case .furtherDimension: "further dimension"
    case .channels: "channels"
    case .note(.affinesDisagree): "affines disagree"
    case .note(let note): "\(note)"
    case .notFinite: "not finite"
    case .constant: "constant"
    case .unusualRange: "unusual range"
    case .emptyLabel: "empty label"
    case .smoothEdges: "smooth edges"
    case .smoothAmongClasses: "smooth among classes"
    case .labelAmongImages: "label among images"
    case .imageAmongLabels: "image among labels"
    case .duplicateImage: "duplicate image"
    case .duplicateLabel: "duplicate label"
    }
  }

  var isSmoothEdges: Bool {
    if case .smoothEdges = self { true } else { false }
  }

  var isUnusable: Bool {
    if case .unusable = self { true } else { false }
  }
}
