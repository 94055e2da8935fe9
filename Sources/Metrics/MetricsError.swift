import Volumes

/// What keeps a prediction from being compared with its reference.
public enum MetricsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The two label maps differ in size.
  case sizesDiffer(prediction: GridSize, reference: GridSize)
  /// A voxel holds a label that is no class; the voxel is the first such, as (i, j, k).
  case unknownLabel(UInt8, voxel: SIMD3<Int>, source: LabelSource, classCount: Int)

  /// Which of the two label maps is meant.
  public enum LabelSource: String, Sendable {
    /// The label map to be judged.
    case prediction
    /// The label map that is held to be true.
    case reference
  }

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .sizesDiffer(let prediction, let reference):
      "the prediction is \(prediction) voxels, its reference \(reference): expected one size; "
        + "resample the prediction onto the reference's grid"
    case .unknownLabel(let label, let voxel, let source, let classCount):
      "the \(source.rawValue) holds label \(label) at voxel (\(voxel.x), \(voxel.y), \(voxel.z)): expected a class "
        + "index from 0 to \(classCount - 1)\(source == .reference ? ", or \(LabelMap.ignored) for ignored" : ""); "
        + "check the list of classes"
    }
  }
}
