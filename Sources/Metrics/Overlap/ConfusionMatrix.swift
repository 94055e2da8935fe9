import Volumes

/// How many voxels of each class of a reference were predicted as each class, counted in one pass.
///
/// Voxels that the reference labels `LabelMap.ignored` are left out, for every prediction.
public struct ConfusionMatrix: Hashable, Sendable {
  /// The number of classes, background included.
  public let classCount: Int
  /// The number of voxels that the reference ignores.
  public let ignored: Int
  /// The voxel counts. Shape: (reference class, predicted class).
  private let counts: [Int]

  /// Counts the voxels of two label maps of one size.
  ///
  /// - Parameters:
  ///   - prediction: The label map to be judged; each label is below `classCount`.
  ///   - reference: The label map held to be true; each label is below `classCount` or `LabelMap.ignored`.
  ///   - classCount: The number of classes, background included, in 1...255.
  ///
  /// Throws: `MetricsError.sizesDiffer`, `.unknownLabel`.
  public init(prediction: LabelMap, reference: LabelMap, classCount: Int) throws(MetricsError) {
    self = try Self.counted(prediction: prediction, reference: reference, classCount: classCount).matrix
  }

  /// As `init`, with the places of the labels, which the same pass finds.
  static func counted(
    prediction: LabelMap, reference: LabelMap, classCount: Int
  ) throws(MetricsError) -> (matrix: ConfusionMatrix, pairs: LabelPairs) {
    guard prediction.grid.size == reference.grid.size else {
      throw .sizesDiffer(prediction: prediction.grid.size, reference: reference.grid.size)
    }
    precondition(prediction.labels.count == reference.labels.count, "a label map has one label per voxel")
    let pairs = LabelPairs(prediction: prediction, reference: reference)
    let matrix = try ConfusionMatrix(pairs, prediction, reference, classCount: classCount)
    return (matrix, pairs)
  }

  private init(
    _ pairs: LabelPairs, _ prediction: LabelMap, _ reference: LabelMap, classCount: Int
  ) throws(MetricsError) {
    precondition((1...Int(LabelMap.ignored)).contains(classCount), "there are 1 to 255 classes")
    self.classCount = classCount
    counts = (0..<classCount).flatMap { pairs.counts[$0 * 256..<$0 * 256 + classCount].map(Int.init) }
    ignored = pairs.counts[Int(LabelMap.ignored) * 256..<256 * 256].reduce(0) { $0 + Int($1) }
    guard counts.reduce(0, +) + ignored == reference.labels.count else {
      throw Self.firstUnknownLabel(prediction, reference, classCount: classCount)
    }
  }

  /// The number of voxels of a reference class that were predicted as a class.
  public subscript(reference reference: Int, prediction prediction: Int) -> Int {
    counts[reference * classCount + prediction]
  }

  /// The counts of two matrices of the same classes together.
  static func + (first: ConfusionMatrix, second: ConfusionMatrix) -> ConfusionMatrix {
    ConfusionMatrix(
      classCount: first.classCount, ignored: first.ignored + second.ignored,
      counts: zip(first.counts, second.counts).map(+))
  }

  private init(classCount: Int, ignored: Int, counts: [Int]) {
    (self.classCount, self.ignored, self.counts) = (classCount, ignored, counts)
  }

  /// The rows: for each class of the reference the numbers of voxels predicted as each class.
  public var rows: [[Int]] { (0..<classCount).map { Array(counts[$0 * classCount..<($0 + 1) * classCount]) } }

  /// The counts of a class against all others.
  public func counts(of index: Int) -> ConfusionCounts {
    precondition((0..<classCount).contains(index), "a class index is below the number of classes")
    let truePositives = self[reference: index, prediction: index]
    let reference = (0..<classCount).reduce(0) { $0 + self[reference: index, prediction: $1] }
    let predicted = (0..<classCount).reduce(0) { $0 + self[reference: $1, prediction: index] }
    let all = counts.reduce(0, +)
    return ConfusionCounts(
      truePositives: truePositives, falsePositives: predicted - truePositives,
      falseNegatives: reference - truePositives, trueNegatives: all - reference - predicted + truePositives)
  }

  private static func firstUnknownLabel(
    _ prediction: LabelMap, _ reference: LabelMap, classCount: Int
  ) -> MetricsError {
    let isClass = { (label: UInt8) in Int(label) < classCount }
    let voxel = reference.labels.indices.first { index in
      let label = reference.labels[index]
      return label != LabelMap.ignored && !(isClass(label) && isClass(prediction.labels[index]))
    }
    let index = voxel ?? 0
    let source: MetricsError.LabelSource = isClass(reference.labels[index]) ? .prediction : .reference
    let size = reference.grid.size
    return .unknownLabel(
      source == .reference ? reference.labels[index] : prediction.labels[index],
      voxel: SIMD3(index % size.width, index / size.width % size.height, index / (size.width * size.height)),
      source: source, classCount: classCount)
  }
}
