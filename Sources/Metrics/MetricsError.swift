import Volumes

/// Why a prediction cannot be compared with its reference.
public enum MetricsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The two label maps differ in size.
  case sizesDiffer(prediction: GridSize, reference: GridSize)
  /// A voxel has a label that is not a class; the first such voxel, as (i, j, k).
  case unknownLabel(UInt8, voxel: SIMD3<Int>, source: LabelSource, classCount: Int)

  /// Probabilities have another size or another number of classes than the labels.
  case probabilities(size: GridSize, classes: Int, expectedSize: GridSize, expectedClasses: Int)
  /// The voxels of probabilities are in another order than those of the reference.
  case reorderedProbabilities
  /// There is no metric of this name.
  case unknownMetric(String)
  /// No metric is named.
  case noMetric

  /// Which of the two label maps is meant.
  public enum LabelSource: String, Sendable {
    /// The label map to be judged.
    case prediction
    /// The label map that is held to be true.
    case reference
  }

  private static var names: String { Metric.catalogue.map(\.baseName).joined(separator: ", ") }

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .sizesDiffer(let prediction, let reference):
      "the prediction has \(prediction) voxels, the reference \(reference); expected equal sizes. "
        + "Resample the prediction to the reference's grid"
    case .unknownLabel(let label, let voxel, let source, let classCount):
      "the \(source.rawValue) has label \(label) at voxel (\(voxel.x), \(voxel.y), \(voxel.z)); expected a class "
        + "index from 0 to \(classCount - 1)\(source == .reference ? ", or \(LabelMap.ignored) for ignored" : ""). "
        + "Check the list of classes"
    case .probabilities(let size, let classes, let expectedSize, let expectedClasses):
      "the probabilities have \(size) voxels and \(classes) classes; expected \(expectedSize) voxels and "
        + "\(expectedClasses) classes, background included. Predict again, or remove the file of probabilities"
    case .reorderedProbabilities:
      "its voxels are stored in another order than those of the reference. Predict from the scan of the reference"
    case .unknownMetric(let name):
      "there is no metric '\(name)'. The metrics are \(Self.names); the groups "
        + "\((MetricGroup.allCases.map(\.rawValue) + ["all"]).joined(separator: ", "))"
    case .noMetric: "no metric is named. Name metrics, such as Dice and HD95, or groups, such as overlap and surfaces"
    }
  }
}
