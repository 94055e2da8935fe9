import Foundation

/// The offsets of buffers of known sizes and lifetimes in one arena, so that a step allocates nothing.
///
/// Buffers whose lifetimes do not meet share memory: the largest is placed first, each at the lowest place that is free
/// for its whole life.
public struct MemoryPlan: Sendable {
  /// A buffer: its size and the first and last step in which it is used.
  public struct Request: Sendable {
    /// What the buffer is for.
    public let name: String
    /// The size in floats.
    public let size: Int
    /// The steps in which its content matters.
    public let lifetime: ClosedRange<Int>

    /// Asks for a buffer.
    package init(name: String, size: Int, lifetime: ClosedRange<Int>) {
      self.name = name
      self.size = size
      self.lifetime = lifetime
    }
  }

  /// The buffers asked for.
  public let requests: [Request]
  /// The offset of each, in floats; a multiple of 16.
  public let offsets: [Int]
  /// The arena's size in floats.
  public let size: Int

  /// The arena's size in bytes.
  public var bytes: Int { size * MemoryLayout<Float>.stride }

  /// The plan as a table, the largest buffers first.
  public var table: String {
    let header = "       MiB    at MiB   steps        buffer\n"
    let order = requests.indices.sorted { (requests[$1].size, $0) < (requests[$0].size, $1) }
    return order.reduce(into: header) { table, index in
      let request = requests[index]
      let steps = "\(request.lifetime.lowerBound)-\(request.lifetime.upperBound)"
      table += String(format: "%10.2f%10.2f   ", Self.mebibytes(request.size), Self.mebibytes(offsets[index]))
      table += steps.padding(toLength: 13, withPad: " ", startingAt: 0) + request.name + "\n"
    }
  }

  private static func mebibytes(_ floats: Int) -> Double { Double(floats) / 262_144 }

  /// Places the buffers.
  package init(_ requests: [Request]) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    let order = requests.indices.sorted { (requests[$1].size, $0) < (requests[$0].size, $1) }
    for index in order {
      let neighbours =
        placed.filter { requests[$0].lifetime.overlaps(requests[index].lifetime) }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for neighbour in neighbours {
        if offsets[neighbour] - offset >= requests[index].size { break }
        offset = max(offset, offsets[neighbour] + Self.padded(requests[neighbour].size))
      }
      offsets[index] = offset
      placed.append(index)
    }
    self.requests = requests
    self.offsets = offsets
    size = requests.indices.map { offsets[$0] + Self.padded(requests[$0].size) }.max() ?? 0
  }

  /// A count of floats rounded up to whole cache lines.
  static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
