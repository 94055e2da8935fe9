import Foundation

/// The memory that this process may use.
public enum MachineMemory {
  /// In bytes: the machine's, or its container's where that is less.
  public static let bytes: Int = {
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { file in
      (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
        Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    return limits.reduce(Int(clamping: ProcessInfo.processInfo.physicalMemory), min)
  }()

  /// A number of bytes for people, such as `741 MiB`.
  public static func text(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 10_240 ? String(format: "%.0f MiB", mebibytes) : String(format: "%.1f GiB", mebibytes / 1024)
  }
}

extension Network {
  /// The memory of an execution with so many buffers of the parameters' size, in bytes.
  ///
  /// - Parameter isTrainable: by a parameter's name; nil: inference.
  /// - Throws: `NetworkError` where the shape does not fit the network.
  public func memory(
    input: Shape, parameterBuffers: Int, isTrainable: ((String) -> Bool)?, workers: Int = Threads.count
  ) throws -> Int {
    try check(input)
    let layout = ExecutionLayout(self, input: input, isTrainable: isTrainable, workers: workers)
    return layout.memory.bytes + parameterBuffers * self.layout.size * MemoryLayout<Float>.stride
  }

  /// Refuses what this machine has not the memory for, before any of it is taken.
  ///
  /// - Throws: `NetworkError.memory`, and what `memory` throws.
  public func checkMemory(
    input: Shape, parameterBuffers: Int, isTrainable: ((String) -> Bool)?, available: Int = MachineMemory.bytes
  ) throws {
    // What is far too large is not laid out first.
    let least =
      4 * Double(input.batch) * Double(input.extent.depth) * Double(input.extent.height) * Double(input.extent.width)
    if least > Double(available) {
      throw NetworkError.memory(input: input, needed: Int(min(least, 0x1p62)), available: available)
    }
    let needed = try memory(input: input, parameterBuffers: parameterBuffers, isTrainable: isTrainable)
    if needed > available { throw NetworkError.memory(input: input, needed: needed, available: available) }
  }
}
