import Volumes

/// The class index of each file value.
struct LabelTable: Hashable, Sendable {
  /// The marker of a value that no class has. It differs from all class indices and from `LabelMap.ignored`.
  static let unlisted: UInt8 = 254

  /// The indices of the values from `lowest` on, where they lie close enough together for a table.
  private let dense: [UInt8]
  private let lowest: Int
  /// The indices of values that lie far apart.
  private let sparse: [Int: UInt8]

  private static let largestDense = 1 << 17

  /// A table of the values of each class, by index, and of those that are ignored.
  init(_ classes: [[Int]], ignored: [Int] = []) {
    let values = classes.enumerated().map { (UInt8($0), $1) } + [(LabelMap.ignored, ignored)]
    let all = classes.joined() + ignored
    let range = (all.min() ?? 0)...(all.max() ?? 0)
    lowest = range.lowerBound
    var dense = [UInt8](repeating: Self.unlisted, count: range.count <= Self.largestDense ? range.count : 0)
    var sparse: [Int: UInt8] = [:]
    for (label, values) in values {
      for value in values {
        if dense.isEmpty { sparse[value] = label } else { dense[value - lowest] = label }
      }
    }
    self.dense = dense
    self.sparse = sparse
  }

  /// The index of a value; `unlisted` where no class has it.
  subscript(value: Int) -> UInt8 {
    guard sparse.isEmpty else { return sparse[value] ?? Self.unlisted }
    let place = value - lowest
    return dense.indices.contains(place) ? dense[place] : Self.unlisted
  }

  /// Looks up the values that `value` gives for each place, nil for those that are none; returns whether all are listed.
  @inline(__always)
  func lookUp(_ count: Int, into labels: UnsafeMutableBufferPointer<UInt8>, _ value: (Int) -> Int?) -> Bool {
    var isComplete = true
    // Neighbouring voxels mostly have one value.
    var last: (value: Int, label: UInt8)?
    for place in 0..<count {
      var label = Self.unlisted
      if let value = value(place) {
        label = last?.value == value ? last!.label : self[value]
        last = (value, label)
      }
      isComplete = isComplete && label != Self.unlisted
      labels.initializeElement(at: place, to: label)
    }
    return isComplete
  }
}
