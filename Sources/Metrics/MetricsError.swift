import Volumes

/// Why a prediction cannot be compared with its reference.
public enum MetricsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The two label maps differ in size.
  case sizesDiffer(prediction: GridSize, reference: GridSize)
  /// A voxel has a label that is not a class; the first such voxel, as (i, j, k).
  case unknownLabel(UInt8, voxel: SIMD3<Int>, source: LabelSource, classCount: Int)

  /// Probabilities have another size or another number of classes than the labels.
  case probabilities(size: GridSize, classes: Int, expectedSize: GridSize, expectedClasses: Int)
  /// A file of probabilities has a value that is none; the first such voxel, as (i, j, k).
  case noProbability(Float, voxel: SIMD3<Int>)
  /// The probabilities of a voxel do not add up to 1; the first such voxel, as (i, j, k).
  case probabilitySum(Float, voxel: SIMD3<Int>)
  /// Probabilities are at another place than the prediction; the text is how far away.
  case movedProbabilities(String)
  /// The voxels of probabilities are in another order than those of the reference.
  case reorderedProbabilities
  /// Two cases of an evaluation have one name.
  case repeatedCase(String)
  /// Of two values of a metric neither is better.
  case notComparable(String)
  /// Two evaluations measured a metric with different tolerances.
  case tolerancesDiffer(metric: String, Double, Double)
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
    case .noProbability(let value, let voxel):
      "the value \(value) at voxel (\(voxel.x), \(voxel.y), \(voxel.z)) is no probability; expected 0 to 1, one volume "
        + "for each class, background first"
    case .probabilitySum(let sum, let voxel):
      "the probabilities of voxel (\(voxel.x), \(voxel.y), \(voxel.z)) add up to \(sum); expected 1, one volume for "
        + "each class, background first"
    case .movedProbabilities(let distance):
      "it is not on the grid of the prediction: \(distance). Predict again, or remove the file of probabilities"
    case .reorderedProbabilities:
      "its voxels are stored in another order than those of the reference. Predict from the scan of the reference"
    case .repeatedCase(let name):
      "two cases are called '\(name)', so that evaluations cannot be compared by case; give each a name of its own"
    case .notComparable(let name):
      "of two values of '\(name)' neither is better, so that evaluations cannot be compared by it"
    case .tolerancesDiffer(let metric, let first, let second):
      "the evaluations measured \(metric) with different tolerances: \(first) and \(second). Evaluate both with the same "
        + "tolerance, or compare other metrics"
    case .unknownMetric(let name):
      "there is no metric '\(name)'\(Metric.suggestion(for: name).map { "; did you mean '\($0)'?" } ?? ".") The metrics "
        + "are \(Self.names); the groups \((MetricGroup.allCases.map(\.rawValue) + ["all"]).joined(separator: ", "))"
    case .noMetric: "no metric is named. Name metrics, such as Dice and HD95, or groups, such as overlap and surfaces"
    }
  }
}
