import Volumes

/// The best that any classifier by brightness alone can do: for each class, the set of intensity bins whose Dice is
/// largest on the very cases that it is measured on.
///
/// The best set of any size holds the bins in which the class is most frequent, so that trying every prefix of the bins
/// sorted by that frequency finds the optimum.
struct IntensityClassifier {
  private static let binCount = 600
  private static let binsPerDeviation = 100.0
  private var total = [Double](repeating: 0, count: binCount)
  private var members: [[Double]]

  /// Makes a classifier for classes 0..<`classCount`.
  init(classCount: Int) {
    members = Array(repeating: [Double](repeating: 0, count: Self.binCount), count: classCount)
  }

  /// Adds a case, its intensities brought to mean 0 and standard deviation 1.
  mutating func add(image: Volume, labels: LabelMap) {
    let count = Double(image.voxels.count)
    let mean = image.voxels.reduce(0) { $0 + Double($1) } / count
    let variance = image.voxels.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    let deviation = variance.squareRoot()
    for (value, label) in zip(image.voxels, labels.labels) {
      let score = (Double(value) - mean) / deviation
      let bin = min(max(Int((score + 2.5) * Self.binsPerDeviation), 0), Self.binCount - 1)
      total[bin] += 1
      members[Int(label)][bin] += 1
    }
  }

  /// The mean over the foreground classes of the largest Dice.
  var meanForegroundDice: Double {
    let labels = 1..<members.count
    return labels.reduce(0) { $0 + bestDice(of: $1) } / Double(labels.count)
  }

  /// The largest Dice of a class over all sets of bins; 0 where the class is absent.
  func bestDice(of label: Int) -> Double {
    let inClass = members[label]
    let size = inClass.reduce(0, +)
    let bins = (0..<Self.binCount).filter { total[$0] > 0 }
      .sorted { (inClass[$0] / total[$0], $1) > (inClass[$1] / total[$1], $0) }
    var (hits, chosen, best) = (0.0, 0.0, 0.0)
    for bin in bins {
      hits += inClass[bin]
      chosen += total[bin]
      best = max(best, 2 * hits / (size + chosen))
    }
    return best
  }
}
