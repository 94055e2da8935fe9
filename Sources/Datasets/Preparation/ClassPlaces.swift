import Volumes

/// Where the classes of a label map lie: some voxels of each, spread evenly over it in the order of storage.
public struct ClassPlaces: Sendable {
  /// The voxels of each class that occurs, but the background, by the class's index in ascending order.
  ///
  /// A voxel is its index in the label map.
  public let places: [(label: UInt8, voxels: [Int])]

  /// Takes at most so many voxels of each class.
  ///
  /// - Parameters:
  ///   - labels: (depth, height, width) of a grid.
  ///   - most: At least 1.
  public init(_ labels: UnsafeBufferPointer<UInt8>, most: Int = 4096) {
    precondition(most > 0, "at least one voxel of a class is taken")
    var counts = [Int](repeating: 0, count: 256)
    for label in labels { counts[Int(label)] &+= 1 }
    (counts[0], counts[Int(LabelMap.ignored)]) = (0, 0)
    let steps = counts.map { max(1, ($0 + most - 1) / most) }
    var (seen, voxels) = ([Int](repeating: 0, count: 256), [[Int]](repeating: [], count: 256))
    for index in labels.indices where counts[Int(labels[index])] > 0 {
      let label = Int(labels[index])
      if seen[label] % steps[label] == steps[label] / 2 {
        voxels[label].append(index)
      }
      seen[label] &+= 1
    }
    places = voxels.enumerated().filter { !$0.element.isEmpty }.map { (UInt8($0.offset), $0.element) }
  }

  /// The place that has its turn: in the first class from `turn` on that occurs, in a circle; nil where none does.
  ///
  /// - Parameters:
  ///   - turn: Counts the turns; class 1 has the first.
  ///   - classes: The number of classes, the background among them.
  ///   - fraction: Of the way through the class's voxels; at least 0, below 1.
  ///   - labels: The classes that occur, ascending.
  ///   - counts: How many voxels there are of each of them.
  /// - Returns: The index of the class among those that occur, and that of its voxel.
  public static func place(
    inTurn turn: Int, of classes: Int, at fraction: Double, labels: some RandomAccessCollection<Int>,
    counts: some RandomAccessCollection<Int>
  ) -> (label: Int, voxel: Int)? {
    guard !labels.isEmpty, classes > 1 else { return nil }
    let wanted = 1 + turn % (classes - 1)
    let found = labels.enumerated().first { $0.element >= wanted }?.offset ?? 0
    let count = counts[counts.index(counts.startIndex, offsetBy: found)]
    return (found, min(count - 1, Int(fraction * Double(count))))
  }
}
