import Randomness
import Testing

@Suite("Random keys")
struct RandomKeyTests {
  private let key = RandomKey(seed: 1, stage: "augment", epoch: 2, draw: 3, operation: "zoom")

  private func first(_ key: RandomKey) -> UInt64 {
    var generator = PhiloxGenerator(key)
    return generator.next()
  }

  @Test("every part of a key changes the stream")
  func parts() {
    var keys = [key, key.operation("shear")]
    for change: (inout RandomKey) -> Void in [
      { $0.seed = 2 }, { $0.seed = 1 << 40 }, { $0.stage = "train" }, { $0.epoch = 3 }, { $0.epoch = -2 },
      { $0.draw = 4 }, { $0.draw = 3 << 32 },
    ] {
      var other = key
      change(&other)
      keys.append(other)
    }
    #expect(Set(keys.map(first)).count == keys.count)
  }

  @Test("an epoch and a draw, or a stage and an operation, are not mistaken for each other")
  func boundaries() {
    let swapped = RandomKey(seed: 1, stage: "augment", epoch: 3, draw: 2, operation: "zoom")
    #expect(first(key) != first(swapped))
    let left = RandomKey(seed: 1, stage: "ab", operation: "c")
    let right = RandomKey(seed: 1, stage: "a", operation: "bc")
    #expect(first(left) != first(right))
  }

  @Test("no two of 200,000 neighbouring keys share a stream")
  func collisions() {
    var seen = Set<UInt64>()
    var other = key
    for epoch in 0..<100 {
      for draw in 0..<1000 {
        (other.epoch, other.draw) = (epoch, draw)
        seen.insert(first(other))
        seen.insert(first(other.operation("shear")))
      }
    }
    #expect(seen.count == 200_000)
  }

  @Test("changing the operation leaves the rest of a key as it was")
  func operation() {
    let other = key.operation("shear")
    #expect(other == RandomKey(seed: 1, stage: "augment", epoch: 2, draw: 3, operation: "shear"))
  }
}
