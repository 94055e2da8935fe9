import Randomness
import Stages
import Testing
import Volumes

@Suite("Pairs of relative patches")
struct PatchGeometryTests {
  private func pairs(_ geometry: PatchGeometry, in site: GridSize, count: Int = 4000) -> [PatchGeometry.Pair] {
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "patches", operation: "test"))
    return (0..<count).map { _ in geometry.pair(in: site, &generator) }
  }

  @Test(
    "lie inside the scan, a gap apart within the jitter, in the direction of their number; every number occurs",
    arguments: [
      (GridSize(width: 40, height: 44, depth: 1), GridSize(width: 8, height: 8, depth: 1), 8),
      (GridSize(width: 40, height: 44, depth: 36), GridSize(width: 8, height: 10, depth: 6), 26),
      // Room for neighbours on one side only.
      (GridSize(width: 21, height: 24, depth: 20), GridSize(width: 8, height: 8, depth: 8), 26),
    ])
  func places(_ site: GridSize, _ patch: GridSize, _ count: Int) {
    let geometry = PatchGeometry(patch: patch, gap: 2, jitter: 1)
    #expect(geometry.fits(site))
    let steps = PatchGeometry.steps(axes: count == 8 ? 2 : 3)
    #expect(steps.count == count && Set(steps).count == count)
    let pairs = pairs(geometry, in: site)
    #expect(Set(pairs.map(\.place)) == Set(0..<count))
    for pair in pairs {
      for axis in 0..<(count == 8 ? 2 : 3) {
        for origin in [pair.first[axis], pair.second[axis]] {
          #expect(origin >= 0 && origin + patch[axis] <= site[axis])
        }
        let expected = steps[pair.place][axis] * (patch[axis] + 2)
        #expect(abs(pair.second[axis] - pair.first[axis] - expected) <= 1)
      }
    }
  }

  @Test("in a large scan the place of the first patch says nothing of the direction")
  func independence() {
    let geometry = PatchGeometry(patch: GridSize(width: 8, height: 8, depth: 1), gap: 2, jitter: 1)
    let pairs = pairs(geometry, in: GridSize(width: 64, height: 64, depth: 1), count: 20_000)
    let all = pairs.map { Double($0.first.x) }
    let mean = all.reduce(0, +) / Double(all.count)
    for place in 0..<8 {
      let own = pairs.filter { $0.place == place }.map { Double($0.first.x) }
      #expect(abs(own.reduce(0, +) / Double(own.count) - mean) < 1)
      #expect(own.min() == all.min() && own.max() == all.max())
    }
  }

  @Test("do not fit where two patches with gap and jitter are longer than the scan")
  func small() {
    let geometry = PatchGeometry(patch: GridSize(width: 8, height: 8, depth: 1), gap: 2, jitter: 1)
    #expect(geometry.fits(GridSize(width: 19, height: 19)) && !geometry.fits(GridSize(width: 18, height: 40)))
    let volume = PatchGeometry(patch: GridSize(width: 8, height: 8, depth: 8), gap: 2, jitter: 1)
    #expect(!volume.fits(GridSize(width: 40, height: 40, depth: 18)))
  }
}
