import Foundation

/// A limit of the memory that this process may use.
public struct MemoryLimit: Hashable, Sendable {
  /// Where a limit comes from.
  public enum Kind: Hashable, Sendable {
    /// The memory that the machine has.
    case machine
    /// The size of the address space: `ulimit -v`.
    case addressSpace
    /// The size of the data segment: `ulimit -d`.
    case data
    /// A control group (cgroup), such as a container's; its folder.
    case controlGroup(folder: String)
  }

  /// Where it comes from.
  public let kind: Kind
  /// In bytes.
  public let bytes: Int

  /// Makes a limit.
  public init(_ kind: Kind, bytes: Int) { (self.kind, self.bytes) = (kind, bytes) }

  /// What is left for the many small things that ask nobody: stacks, buffers of a kernel, the libraries' own memory.
  var marginBytes: Int { max(32 << 20, bytes / 32) }
}

extension MemoryLimit.Kind {
  /// Such as `'ulimit -v' allows`, before a number of bytes.
  var text: String {
    switch self {
    case .machine: "this machine has"
    case .addressSpace: "'ulimit -v' allows"
    case .data: "'ulimit -d' allows"
    case .controlGroup(let folder): "the control group \(folder) allows"
    }
  }

  var remedy: String {
    switch self {
    case .machine: "use a machine with more memory"
    case .addressSpace, .data, .controlGroup: "raise this limit"
    }
  }
}

/// The memory that a process uses, in bytes.
public struct ProcessMemory: Hashable, Sendable {
  /// The size of the address space, which `ulimit -v` bounds.
  public var addressSpace: Int
  /// What is really held, which the machine and control groups bound; without the pages of files that are mapped, which the
  /// system gives up when memory is short.
  public var resident: Int
  /// The size of the data and of the stack, which `ulimit -d` bounds.
  public var data: Int

  /// Makes a number for each kind.
  public init(addressSpace: Int, resident: Int, data: Int) {
    (self.addressSpace, self.resident, self.data) = (addressSpace, resident, data)
  }

  /// Reads the content of `/proc/self/statm`: numbers of pages.
  ///
  /// - Returns: nil where it has another form.
  public init?(statm: String, pageBytes: Int) {
    let pages = statm.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard pages.count >= 6, let size = pages[0], let resident = pages[1], let shared = pages[2], let data = pages[5]
    else { return nil }
    self.init(
      addressSpace: size * pageBytes, resident: max(0, resident - shared) * pageBytes, data: data * pageBytes)
  }

  /// What this process uses now; zeros where the system gives no figure.
  public static var current: ProcessMemory {
    SystemFile.text("/proc/self/statm").flatMap { ProcessMemory(statm: $0, pageBytes: Int(getpagesize())) }
      ?? ProcessMemory(addressSpace: 0, resident: 0, data: 0)
  }

  /// What counts against a limit; of a control group at least what all its processes use.
  func used(of kind: MemoryLimit.Kind, groupUse: (String) -> Int?) -> Int {
    switch kind {
    case .machine: resident
    case .controlGroup(let folder): max(resident, groupUse(folder) ?? 0)
    case .addressSpace: addressSpace
    case .data: data
    }
  }
}

/// The memory that may still be taken, by the limit that leaves least.
public struct MemoryAvailability: Hashable, Sendable, CustomStringConvertible {
  /// The limit that leaves least.
  public let limit: MemoryLimit
  /// What counts against it already, and what others have reserved.
  public let usedBytes: Int
  /// What may still be taken; at least 0.
  public var bytes: Int { max(0, limit.bytes - limit.marginBytes - usedBytes) }

  /// Compares limits; the first of equal ones counts.
  ///
  /// - Parameters:
  ///   - limits: At least one.
  ///   - used: What this process uses.
  ///   - groupUse: What the processes of a control group use, by its folder; nil where it is unknown.
  ///   - reserved: In bytes.
  package init(
    limits: [MemoryLimit], used: ProcessMemory, groupUse: (String) -> Int? = { _ in nil }, reserved: Int
  ) {
    let all = limits.map { limit in
      MemoryAvailability(
        limit: limit, usedBytes: ByteCount.sum(used.used(of: limit.kind, groupUse: groupUse), reserved))
    }
    self = all.dropFirst().reduce(all[0]) { $1.bytes < $0.bytes ? $1 : $0 }
  }

  /// What a limit leaves.
  public init(limit: MemoryLimit, usedBytes: Int) { (self.limit, self.usedBytes) = (limit, usedBytes) }

  /// Such as `1100 MiB available ('ulimit -v' allows 2048 MiB, 900 MiB are in use)`.
  public var description: String {
    "\(ByteCount.text(bytes)) available (\(limit.kind.text) \(ByteCount.text(limit.bytes)), "
      + "\(ByteCount.text(usedBytes)) are in use)"
  }
}

/// Small text files of the system, such as those in `/proc`.
enum SystemFile {
  /// A file's text; nil where it cannot be read. Such files have no size that could be asked for.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
