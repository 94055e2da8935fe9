/// Why labels do not fit the classes.
public enum LabelProblem: Equatable, Sendable, CustomStringConvertible {
  /// A label file has channels that are no colour.
  case severalChannels(source: String, channels: Int)
  /// A label file has colours, and the classes have numbers.
  case coloured(source: String)
  /// A label file contains numbers that are not whole; `value` is the first, at `voxel`.
  case notWhole(source: String, value: Float, voxel: VoxelIndex, voxels: Int)
  /// A label file contains a number that 32-bit floats do not represent exactly; `value` is the first, in full.
  case tooLarge(source: String, value: String, voxel: VoxelIndex)
  /// A label file contains values that no class has; `allowed` describes the classes.
  case unlisted(source: String, found: [UnlistedLabel], allowed: [String])
  /// Labels that were resampled to their image's grid have no foreground left.
  case foregroundLost(source: String, loss: ForegroundLoss, misfit: GridMisfit)
  /// Classes have no voxel left in any case of a training once its labels are at the common spacing.
  case vanished(classes: [String], cases: Int, spacing: CommonSpacing)
  /// Classes have no voxel in any case of a part.
  case missingClasses(part: Split.Part, classes: [String], cases: Int)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .severalChannels(let source, let channels):
      "label '\(source)' has \(channels) channels. Expected one value per voxel, or RGB; "
        + "save it as a grey, indexed or RGB image."
    case .coloured(let source):
      "label '\(source)' is a colour image, but 'classes' has numbers. "
        + "Give the colour of each class in 'classes' or 'label_map', such as \"#ff0000\"."
    case .notWhole(let source, let value, let voxel, let voxels):
      "label '\(source)': \(Wording.counted(voxels, "voxel is", "voxels are")) not a whole number "
        + "(first: \(value) at \(voxel)). Expected whole numbers; is this a probability map, or an interpolated label?"
    case .tooLarge(let source, let value, let voxel):
      "label '\(source)' has the value \(value) at \(voxel). "
        + "Expected values from \(LabelValue.numbers.lowerBound) to \(LabelValue.numbers.upperBound); "
        + "number the structures from 1, and keep a list of old and new values."
    case .unlisted(let source, let found, let allowed):
      "label '\(source)': "
        + Wording.listed(
          found.map { "\($0.kind) \($0.value) in \(Wording.counted($0.voxels, "voxel")), first at \($0.firstVoxel)" })
        + ". Expected \(allowed.joined(separator: ", ")); correct the label, or add the value to 'classes'."
    case .foregroundLost(let source, let loss, let misfit):
      "label '\(source)': after resampling to the image's grid, no foreground is left; "
        + "\(loss.outside) of its \(Wording.counted(loss.voxels, "foreground voxel")) "
        + "\(loss.outside == 1 ? "is" : "are") outside the image. Label and image are on different grids: \(misfit). "
        + "Correct the affine in the header of one of them."
    case .vanished(let classes, let cases, let spacing):
      "at \(spacing), no voxel of \(Wording.quoted(classes)) is left in the \(Wording.counted(cases, "training case")). "
        + "Expected at least one voxel of each class; set a smaller 'resample.spacing_mm'."
    case .missingClasses(let part, let classes, let cases):
      "\(Wording.counted(classes.count, "class has", "classes have")) no voxel in the "
        + "\(Wording.counted(cases, "case")) of the \(part) part: \(Wording.quoted(classes)). "
        + "Expected at least one voxel of each; move a case with this class into that part, or remove it from 'classes'."
    }
  }
}

/// A label value that no class has.
public struct UnlistedLabel: Hashable, Sendable {
  /// The value in the file.
  public let value: LabelValue
  /// The number of voxels that have it.
  public let voxels: Int
  /// The first of them, in the order of storage.
  public let firstVoxel: VoxelIndex

  /// What messages call the value.
  var kind: String { value.isColour ? "colour" : "value" }

  /// Makes a finding.
  public init(value: LabelValue, voxels: Int, firstVoxel: VoxelIndex) {
    (self.value, self.voxels, self.firstVoxel) = (value, voxels, firstVoxel)
  }
}
