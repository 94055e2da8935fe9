import Foundation

/// How well the classes of whole scans are predicted.
public struct ScanClassification: Sendable, Encodable {
  /// The scores of one class against all others.
  public struct ClassScores: Sendable, Encodable {
    /// The class's name.
    public let name: String
    /// The scans of the class, by the reference.
    public let scans: Int
    /// TP / (TP + FN): the share of its scans that are found; also called recall.
    public let sensitivity: Double?
    /// TN / (TN + FP): the share of the other scans that are not taken for it.
    public let specificity: Double?
    /// TP / (TP + FP): the share of those taken for it that are of the class.
    public let precision: Double?
    /// 2 TP / (2 TP + FP + FN).
    public let f1: Double?
    /// The area under the ROC curve of its probability: the chance that a scan of the class has a higher one than another
    /// scan, ties half.
    public let rocAUC: MeasuredNumber
    /// The ROC curve: false positive rate and true positive rate, from (0, 0) to (1, 1).
    public let roc: [[Double]]

    enum CodingKeys: String, CodingKey {
      case name, scans, sensitivity, specificity, precision, f1, roc
      case rocAUC = "roc_auc"
    }
  }

  /// The names of the classes.
  public let classes: [String]
  /// The numbers of scans. Shape: (reference, predicted).
  public let confusion: [[Int]]
  /// The share of right predictions.
  public let accuracy: MeasuredNumber
  /// 1 - accuracy.
  public let errorRate: Double
  /// The mean of the sensitivities of the classes that occur.
  public let balancedAccuracy: Double?
  /// The scores of each class.
  public let perClass: [ClassScores]

  enum CodingKeys: String, CodingKey {
    case classes, confusion, accuracy
    case errorRate = "error_rate"
    case balancedAccuracy = "balanced_accuracy"
    case perClass = "per_class"
  }

  /// Scores predictions; at least one.
  ///
  /// - Parameters:
  ///   - reference: The index of each scan's class.
  ///   - probabilities: Of each class, for each scan; the predicted class is the most probable one, of equals the first.
  ///   - groups: The name of each scan's group.
  public init(
    classes: [String], reference: [Int], probabilities: [[Double]], groups: [String], resamples: Int = 2000,
    seed: UInt64 = 1
  ) {
    let predicted = probabilities.map(Self.mostProbable)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    for (truth, found) in zip(reference, predicted) { confusion[truth][found] += 1 }
    let resampling = GroupResampling(groups, resamples: resamples, seed: seed)
    func share(_ indices: [Int]) -> Double? {
      indices.isEmpty ? nil : Double(indices.count { reference[$0] == predicted[$0] }) / Double(indices.count)
    }
    accuracy = resampling.measured(share)
    errorRate = 1 - (accuracy.value ?? .nan)
    perClass = classes.indices.map { index in
      let (tp, fn) = (confusion[index][index], confusion[index].reduce(0, +) - confusion[index][index])
      let fp = confusion.reduce(0) { $0 + $1[index] } - tp
      let tn = reference.count - tp - fn - fp
      func ratio(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
      let scores = probabilities.map { $0[index] }
      let isClass = reference.map { $0 == index }
      return ClassScores(
        name: classes[index], scans: tp + fn, sensitivity: ratio(tp, tp + fn), specificity: ratio(tn, tn + fp),
        precision: ratio(tp, tp + fp), f1: ratio(2 * tp, 2 * tp + fp + fn),
        rocAUC: resampling.measured { Self.area(of: $0, scores, isClass) }, roc: Self.curve(scores, isClass))
    }
    let sensitivities = perClass.compactMap(\.sensitivity)
    balancedAccuracy =
      sensitivities.isEmpty ? nil : sensitivities.reduce(0, +) / Double(sensitivities.count)
    (self.classes, self.confusion) = (classes, confusion)
  }

  /// The index of the most probable class, of equals the first; of at least one.
  public static func mostProbable(_ probabilities: [Double]) -> Int {
    probabilities.indices.dropFirst().reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
  }

  /// The area under the ROC curve as a rank statistic; nil where a side is empty.
  /// Source: Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143, 1982.
  static func area(of indices: [Int], _ scores: [Double], _ isClass: [Bool]) -> Double? {
    let order = indices.sorted { scores[$0] < scores[$1] }
    let positives = indices.count { isClass[$0] }
    guard positives > 0, positives < indices.count else { return nil }
    var (sum, first) = (0.0, 0)
    while first < order.count {
      var last = first
      while last + 1 < order.count, scores[order[last + 1]] == scores[order[first]] { last += 1 }
      let rank = Double(first + last) / 2 + 1
      sum += rank * Double(order[first...last].count { isClass[$0] })
      first = last + 1
    }
    let p = Double(positives)
    return (sum - p * (p + 1) / 2) / (p * Double(indices.count - positives))
  }

  private static func curve(_ scores: [Double], _ isClass: [Bool]) -> [[Double]] {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let (positives, all) = (Double(isClass.count { $0 }), Double(isClass.count))
    guard positives > 0, positives < all else { return [] }
    var points = [[0.0, 0.0]]
    var (tp, fp) = (0.0, 0.0)
    for (place, index) in order.enumerated() {
      if isClass[index] { tp += 1 } else { fp += 1 }
      let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[index]
      if isLast { points.append([fp / (all - positives), tp / positives]) }
    }
    return points
  }
}
