import Randomness

/// Floats from the start of a cache line on, with a fence behind them, which shows what a kernel writes beyond its buffer.
final class FencedFloats {
  let start: UnsafeMutablePointer<Float>
  let count: Int
  private static let fence: Float = 12345.678
  private static let fenceLength = 32

  init(_ values: [Float]) {
    count = values.count
    let bytes = (count + Self.fenceLength) * MemoryLayout<Float>.stride
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
      to: Float.self, capacity: count + Self.fenceLength)
    start.initialize(from: values, count: count)
    (start + count).initialize(repeating: Self.fence, count: Self.fenceLength)
  }

  /// Not-a-number throughout: what a kernel leaves out, or reads before it writes, shows.
  convenience init(count: Int) { self.init([Float](repeating: .nan, count: count)) }

  deinit { start.deallocate() }

  var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
  var isFenceIntact: Bool { (0..<Self.fenceLength).allSatisfy { start[count + $0] == Self.fence } }
}

/// Normally distributed floats, a function of their name and count alone.
func normalFloats(_ count: Int, _ name: String) -> [Float] {
  var generator = PhiloxGenerator(RandomKey(seed: 11, stage: "networks tests", operation: name))
  return (0..<count).map { _ in Float(generator.normal()) }
}

/// Labels below `classes`, every fifth of them ignored if wanted.
func randomLabels(_ count: Int, classes: Int, ignoresSome: Bool = false) -> [UInt8] {
  var generator = PhiloxGenerator(RandomKey(seed: 12, stage: "networks tests", operation: "labels"))
  return (0..<count).map { ignoresSome && $0 % 5 == 2 ? 255 : UInt8(generator.integer(below: classes)) }
}

func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }
