import Volumes

/// Where the classes of a label map lie: some voxels of each, spread evenly over it in the order of storage.
public struct ClassPlaces: Sendable {
  /// The voxels of each class that occurs, but the background, by the class's index in ascending order.
  public let places: [(label: UInt8, voxels: [SIMD3<Int>])]

  /// Takes at most so many voxels of each class.
  ///
  /// - Parameter labels: (depth, height, width) of `size`.
  public init(_ labels: UnsafeBufferPointer<UInt8>, size: GridSize, most: Int = 4096) {
    precondition(labels.count == size.count && most > 0, "one label per voxel")
    var counts = [Int](repeating: 0, count: 256)
    for label in labels { counts[Int(label)] &+= 1 }
    (counts[0], counts[Int(LabelMap.ignored)]) = (0, 0)
    let steps = counts.map { max(1, ($0 + most - 1) / most) }
    var (seen, voxels) = ([Int](repeating: 0, count: 256), [[SIMD3<Int>]](repeating: [], count: 256))
    for index in labels.indices where counts[Int(labels[index])] > 0 {
      let label = Int(labels[index])
      if seen[label] % steps[label] == steps[label] / 2 {
        let row = index / size.width
        voxels[label].append(SIMD3(index % size.width, row % size.height, row / size.height))
      }
      seen[label] &+= 1
    }
    places = voxels.enumerated().filter { !$0.element.isEmpty }.map { (UInt8($0.offset), $0.element) }
  }

  /// A voxel of a class that has its turn: of the first one from `turn` on that occurs, in a circle; nil where none does.
  ///
  /// - Parameters:
  ///   - turn: Counts the turns; class 1 has the first.
  ///   - classes: The number of classes, the background among them.
  ///   - fraction: Of the way through its voxels; at least 0, below 1.
  public func voxel(inTurn turn: Int, of classes: Int, at fraction: Double) -> SIMD3<Int>? {
    guard !places.isEmpty, classes > 1 else { return nil }
    let wanted = 1 + turn % (classes - 1)
    let found = places.first { Int($0.label) >= wanted } ?? places[0]
    return found.voxels[min(found.voxels.count - 1, Int(fraction * Double(found.voxels.count)))]
  }
}
