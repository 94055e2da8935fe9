import Volumes

/// How many voxels each class has in each case.
public struct ClassStatistics: Codable, Hashable, Sendable {
  /// The names of the classes by index.
  public let classNames: [String]
  /// The number of voxels of each class, by index, in each case.
  public private(set) var voxelsByCase: [String: [Int]] = [:]

  /// Makes statistics of no case yet.
  public init(classes: ClassMap) { classNames = classes.names }

  /// The statistics that a data set's cases carry.
  public init(of dataset: Dataset, classes: ClassMap) {
    self.init(classes: classes)
    for item in dataset.cases where !item.voxels.isEmpty { voxelsByCase[item.id] = item.voxels }
  }

  /// Counts a case's labels; a case that was counted before is recounted. Ignored voxels count for no class.
  public mutating func count(_ labels: LabelMap, ofCase id: String) {
    voxelsByCase[id] = Self.histogram(of: labels.labels, classes: classNames.count)
  }

  /// The number of voxels of each class, by index, over the cases; cases that were not counted have none.
  public func voxels(in cases: some Sequence<String>) -> [Int] {
    cases.reduce(into: [Int](repeating: 0, count: classNames.count)) { totals, id in
      for (index, count) in (voxelsByCase[id] ?? []).enumerated() { totals[index] += count }
    }
  }

  /// The names of the classes, by index, that have no voxel in the cases.
  public func missingClasses(in cases: some Sequence<String>) -> [String] {
    zip(classNames, voxels(in: cases)).filter { $1 == 0 }.map(\.0)
  }

  /// Checks that a part of a split shows every class; a network cannot learn a class that it never sees.
  ///
  /// Throws `LabelProblem.missingClasses`.
  public func requireAllClasses(in part: Split.Part, of split: Split) throws(DatasetError) {
    let missing = missingClasses(in: split[part])
    guard missing.isEmpty else {
      throw .labels(.missingClasses(part: part, classes: missing, cases: split[part].count))
    }
  }

  private static func histogram(of labels: [UInt8], classes: Int) -> [Int] {
    // Four tables in turn: neighbouring voxels mostly have one label, and would wait for one another in one table.
    var tables = [Int](repeating: 0, count: 4 * 256)
    labels.withUnsafeBufferPointer { labels in
      tables.withUnsafeMutableBufferPointer { tables in
        let whole = labels.count & ~3
        for place in stride(from: 0, to: whole, by: 4) {
          tables[Int(labels[place])] &+= 1
          tables[256 &+ Int(labels[place &+ 1])] &+= 1
          tables[512 &+ Int(labels[place &+ 2])] &+= 1
          tables[768 &+ Int(labels[place &+ 3])] &+= 1
        }
        for place in whole..<labels.count { tables[Int(labels[place])] &+= 1 }
      }
    }
    return (0..<classes).map { tables[$0] + tables[256 + $0] + tables[512 + $0] + tables[768 + $0] }
  }
}
