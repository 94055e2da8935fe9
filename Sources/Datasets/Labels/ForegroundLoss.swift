import Volumes

/// What resampling to another grid took from the foreground of labels.
public struct ForegroundLoss: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The number of foreground voxels before.
  public let voxels: Int
  /// The number of them whose centres lie outside the other grid's field of view.
  public let outside: Int
  /// The names of the classes that had voxels before, and have none now.
  public let vanished: [String]
  /// Whether no foreground is left at all.
  public let isComplete: Bool

  /// Compares labels with what resampling made of them; nil where nothing is lost.
  ///
  /// - Parameter names: The names of the classes by index, the background first.
  public init?(from source: LabelMap, to result: LabelMap, names: [String]) {
    let before = Self.presence(in: source.labels)
    let after = Self.presence(in: result.labels)
    let classes = names.indices.dropFirst()
    voxels = source.labels.reduce(0) { $0 + (Self.isForeground($1) ? 1 : 0) }
    outside = voxels == 0 ? 0 : Self.voxels(of: source, outside: result.grid)
    vanished = classes.filter { before[$0] && !after[$0] }.map { names[$0] }
    isComplete = voxels > 0 && (outside == voxels || !classes.contains { after[$0] })
    guard outside > 0 || !vanished.isEmpty else { return nil }
  }

  /// Such as `12.5 % of the foreground (120 of 960 voxels) is outside the image and is lost`.
  public var description: String {
    var texts: [String] = []
    if outside > 0 {
      let share = Wording.rounded(100 * Double(outside) / Double(voxels), digits: 2)
      texts.append(
        "\(share) % of the foreground (\(outside) of \(Wording.counted(voxels, "voxel"))) is outside the image "
          + "and is lost")
    }
    if !vanished.isEmpty {
      let what = vanished.count == 1 ? "the class" : "the classes"
      texts.append("\(what) \(Wording.quoted(vanished)) \(vanished.count == 1 ? "has" : "have") no voxel left")
    }
    return texts.joined(separator: "; ")
  }

  private static func isForeground(_ label: UInt8) -> Bool { label != 0 && label != LabelMap.ignored }

  private static func presence(in labels: [UInt8]) -> [Bool] {
    var present = [Bool](repeating: false, count: 256)
    for label in labels { present[Int(label)] = true }
    return present
  }

  /// The number of foreground voxels whose centres lie beyond the outer faces of another grid.
  private static func voxels(of labels: LabelMap, outside grid: Grid) -> Int {
    guard let map = grid.affine.inverse?.after(labels.grid.affine) else { return 0 }
    let size = labels.grid.size
    let bounds = SIMD3(Double(grid.size.width), Double(grid.size.height), Double(grid.size.depth)) - 0.5
    var count = 0
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width where isForeground(labels[i, j, k]) {
          let place = map(SIMD3(Double(i), Double(j), Double(k)))
          if any(place .< -0.5 - tolerance) || any(place .> bounds + tolerance) { count += 1 }
        }
      }
    }
    return count
  }

  /// Headers contain rounded numbers: a voxel so close to the edge counts as inside.
  private static let tolerance = 1e-3
}
