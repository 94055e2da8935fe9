/// The components of a prediction and of a reference, and which of them are the same lesion.
public struct LesionMatching: Sendable {
  /// A predicted component and one of the reference that overlap.
  struct Pair: Sendable {
    let prediction: Int
    let reference: Int
    /// Intersection over union, in 0...1.
    let iou: Double
  }

  /// The number of components of the prediction.
  public let predictionCount: Int
  /// The number of components of the reference.
  public let referenceCount: Int
  /// The pairs that overlap most, each component in one at most.
  private let pairs: [Pair]

  init(of masks: ClassMasks) {
    let prediction = Components(of: masks.prediction, in: masks.frame)
    let reference = Components(of: masks.reference, in: masks.frame)
    (predictionCount, referenceCount) = (prediction.count, reference.count)
    pairs = Self.matched(Self.overlapping(prediction, reference))
  }

  /// No component in either.
  init() { (predictionCount, referenceCount, pairs) = (0, 0, []) }

  /// The lesions that were found: the number of pairs that overlap by more than an IoU, and the sum of their IoU.
  public func found(above iou: Double) -> (count: Int, sum: Double) {
    let found = pairs.filter { $0.iou > iou }
    return (found.count, found.reduce(0) { $0 + $1.iou })
  }

  private static func overlapping(_ prediction: Components, _ reference: Components) -> [Pair] {
    struct Key: Hashable { let prediction, reference: Int }
    var shared: [Key: Int] = [:]
    var (p, r) = (0, 0)
    while p < prediction.runs.count, r < reference.runs.count {
      let (first, second) = (prediction.runs[p], reference.runs[r])
      if first.row == second.row {
        let common = first.voxels.clamped(to: second.voxels).count
        if common > 0 {
          shared[Key(prediction: prediction.component[p], reference: reference.component[r]), default: 0] += common
        }
      }
      if (first.row, first.voxels.upperBound) < (second.row, second.voxels.upperBound) { p += 1 } else { r += 1 }
    }
    return shared.map { key, common in
      let union = prediction.sizes[key.prediction] + reference.sizes[key.reference] - common
      return Pair(prediction: key.prediction, reference: key.reference, iou: Double(common) / Double(union))
    }
  }

  /// Each component in one pair at most, the largest overlaps first; of equal ones the first components.
  private static func matched(_ pairs: [Pair]) -> [Pair] {
    var (predictions, references) = (Set<Int>(), Set<Int>())
    return pairs.sorted { ($1.iou, $0.reference, $0.prediction) < ($0.iou, $1.reference, $1.prediction) }.filter {
      pair in
      guard !predictions.contains(pair.prediction), !references.contains(pair.reference) else { return false }
      predictions.insert(pair.prediction)
      references.insert(pair.reference)
      return true
    }
  }
}
