/// The connected components of a mask: voxels are neighbours if they share a face, an edge or a corner (26 neighbours, in a
/// plane 8).
struct Components {
  /// Some voxels of a row that follow one another.
  struct Run {
    /// The index of the row in the frame: plane * height + row.
    let row: Int
    let voxels: Range<Int>
  }

  /// The runs of the mask, in the order of its bits.
  let runs: [Run]
  /// The component of each run, from 0 in the order of the first voxels.
  let component: [Int]
  /// The number of voxels of each component.
  let sizes: [Int]

  init(of mask: BitMask, in frame: MaskFrame) {
    let runs = Self.runs(of: mask, in: frame)
    var forest = DisjointSets(count: runs.count)
    var firstOfRow = Dictionary(runs.enumerated().map { ($1.row, $0) }, uniquingKeysWith: min)
    firstOfRow.reserveCapacity(runs.count)
    let height = Int(frame.shape.height)
    for (index, run) in runs.enumerated() {
      // The rows before it; frames have an empty layer around the mask, so that no row wraps.
      for row in [run.row - 1, run.row - height - 1, run.row - height, run.row - height + 1] {
        guard var other = firstOfRow[row] else { continue }
        while other < runs.count, runs[other].row == row, runs[other].voxels.lowerBound <= run.voxels.upperBound {
          if runs[other].voxels.upperBound >= run.voxels.lowerBound { forest.join(index, other) }
          other += 1
        }
      }
    }
    var numbers: [Int: Int] = [:]
    var sizes: [Int] = []
    component = runs.indices.map { index in
      let root = forest.root(of: index)
      let number = numbers[root] ?? numbers.count
      if number == numbers.count {
        numbers[root] = number
        sizes.append(0)
      }
      sizes[number] += runs[index].voxels.count
      return number
    }
    (self.runs, self.sizes) = (runs, sizes)
  }

  /// The number of components.
  var count: Int { sizes.count }

  private static func runs(of mask: BitMask, in frame: MaskFrame) -> [Run] {
    let words = Int(frame.shape.words)
    var runs: [Run] = []
    for row in 0..<Int(frame.shape.height) * Int(frame.shape.depth) {
      var start: Int?
      for word in 0..<words {
        var bits = mask.words[row * words + word]
        var place = 0
        // From change to change: `bits` is complemented while a run is open.
        if start != nil { bits = ~bits }
        while bits != 0 {
          place = bits.trailingZeroBitCount
          if let first = start {
            runs.append(Run(row: row, voxels: first..<64 * word + place))
            start = nil
          } else {
            start = 64 * word + place
          }
          bits = ~bits & (~0 << UInt64(place))
        }
      }
      if let first = start { runs.append(Run(row: row, voxels: first..<64 * words)) }
    }
    return runs
  }
}

/// Sets of numbers that are joined. Source: Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm", Journal of
/// the ACM 22(2), 1975; paths are halved.
private struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(of index: Int) -> Int {
    var index = index
    while parents[index] != index {
      parents[index] = parents[parents[index]]
      index = parents[index]
    }
    return index
  }

  /// The smaller root stays.
  mutating func join(_ first: Int, _ second: Int) {
    let (a, b) = (root(of: first), root(of: second))
    parents[max(a, b)] = min(a, b)
  }
}
