/// The regions that a membrane separates in a plane: what is not membrane, by connected component (4 neighbours).
struct PlaneRegions {
  /// The region of each pixel from 1; 0 is membrane. Shape: (height, width).
  private(set) var labels: [Int32]
  /// The number of regions.
  let count: Int
  private let width: Int

  /// Finds the regions of a plane.
  ///
  /// - Parameters:
  ///   - isMembrane: For each pixel whether it is membrane. Shape: (height, width).
  ///   - width: The number of pixels of a row.
  init(_ isMembrane: [Bool], width: Int) {
    var labels = [Int32](repeating: 0, count: isMembrane.count)
    var count: Int32 = 0
    var queue: [Int] = []
    for start in isMembrane.indices where !isMembrane[start] && labels[start] == 0 {
      count += 1
      labels[start] = count
      queue.append(start)
      while let pixel = queue.popLast() {
        Self.forEachNeighbour(of: pixel, width: width, count: labels.count) { neighbour in
          guard !isMembrane[neighbour], labels[neighbour] == 0 else { return }
          labels[neighbour] = count
          queue.append(neighbour)
        }
      }
    }
    (self.labels, self.count, self.width) = (labels, Int(count), width)
  }

  /// Thins the membrane to lines of one pixel's width: regions grow into it at one speed, and a pixel that two of them reach
  /// stays membrane. Membrane that no region reaches stays too.
  ///
  /// This is the flooding of a plateau in the classic watershed.
  /// Source: Vincent and Soille, "Watersheds in Digital Spaces", IEEE TPAMI 13(6), 1991.
  mutating func thinMembrane() {
    let line: Int32 = -1
    var front = labels.indices.filter { labels[$0] > 0 && hasMembraneBeside($0) }
    while !front.isEmpty {
      var reached: [Int] = []
      for pixel in front {
        Self.forEachNeighbour(of: pixel, width: width, count: labels.count) { neighbour in
          if labels[neighbour] == 0 { reached.append(neighbour) }
        }
      }
      // The pixels of a front are decided together: by the regions beside them before the front.
      var decided: [(pixel: Int, label: Int32)] = []
      for pixel in reached where labels[pixel] == 0 {
        var found: Int32 = 0
        Self.forEachNeighbour(of: pixel, width: width, count: labels.count) { neighbour in
          let label = labels[neighbour]
          guard label > 0 else { return }
          found = found == 0 || found == label ? label : line
        }
        decided.append((pixel, found))
      }
      for (pixel, label) in decided { labels[pixel] = label }
      // A line is no source of a further front.
      front = Set(decided.filter { $0.label > 0 }.map(\.pixel)).sorted()
    }
    for pixel in labels.indices where labels[pixel] == line { labels[pixel] = 0 }
  }

  private func hasMembraneBeside(_ pixel: Int) -> Bool {
    var found = false
    Self.forEachNeighbour(of: pixel, width: width, count: labels.count) { if labels[$0] == 0 { found = true } }
    return found
  }

  @inline(__always)
  private static func forEachNeighbour(of pixel: Int, width: Int, count: Int, _ body: (Int) -> Void) {
    let column = pixel % width
    if column > 0 { body(pixel - 1) }
    if column + 1 < width { body(pixel + 1) }
    if pixel >= width { body(pixel - width) }
    if pixel + width < count { body(pixel + width) }
  }
}
