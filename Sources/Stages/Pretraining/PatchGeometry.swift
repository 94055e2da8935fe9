import Randomness
import Volumes

/// Where the two patches of a pair may be.
package struct PatchGeometry: Equatable {
  /// The size of a patch.
  package let patch: GridSize
  /// The voxels between neighbouring patches, before the jitter.
  package let gap: Int
  /// How far the second patch may be moved along each axis.
  package let jitter: Int

  package init(patch: GridSize, gap: Int, jitter: Int) {
    (self.patch, self.gap, self.jitter) = (patch, gap, jitter)
  }

  /// A pair: the first voxels of both patches, and the number of the place of the second.
  package struct Pair: Equatable {
    package let first: SIMD3<Int>
    package let second: SIMD3<Int>
    package let place: Int
  }

  /// The axes along which patches have neighbours: all but the depth of planes.
  private func axes(_ site: GridSize) -> [Int] { patch.depth == 1 && site.depth == 1 ? [0, 1] : [0, 1, 2] }

  /// Whether pairs fit into a site of this size.
  package func fits(_ site: GridSize) -> Bool {
    axes(site).allSatisfy { site[$0] >= 2 * patch[$0] + gap + jitter && site[$0] >= patch[$0] + 2 * jitter }
  }

  /// The steps to the neighbours along each axis, in the order of their numbers: x fastest, the middle left out.
  package static func steps(axes count: Int) -> [SIMD3<Int>] {
    let range = -1...1
    let all = (count == 3 ? Array(range) : [0]).flatMap { z in
      range.flatMap { y in range.map { x in SIMD3(x, y, z) } }
    }
    return all.filter { $0 != .zero }
  }

  /// Draws a pair in a site that it fits into.
  ///
  /// Where a site has room for neighbours on both sides, the first patch leaves room for both, so that its place says nothing
  /// of the direction.
  package func pair(in site: GridSize, _ generator: inout PhiloxGenerator) -> Pair {
    let axes = axes(site)
    let steps = Self.steps(axes: axes.count)
    let place = generator.integer(below: steps.count)
    let step = steps[place]
    var (first, second) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    for axis in axes {
      let (size, length) = (site[axis], patch[axis])
      let reach = length + gap + jitter
      let isRoomy = size >= length + 2 * reach
      let low = isRoomy || step[axis] < 0 ? reach : step[axis] == 0 ? jitter : 0
      let high = size - length - (isRoomy || step[axis] > 0 ? reach : step[axis] == 0 ? jitter : 0)
      first[axis] = low + generator.integer(below: high - low + 1)
      let moved = generator.integer(below: 2 * jitter + 1) - jitter
      second[axis] = first[axis] + step[axis] * (length + gap) + moved
    }
    return Pair(first: first, second: second, place: place)
  }
}
