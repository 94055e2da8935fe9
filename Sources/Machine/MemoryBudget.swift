import Foundation
import Synchronization

/// The memory that this process may still allocate. It is checked before every allocation whose size depends on a file or
/// a parameter, because in Swift a failed allocation ends the program.
///
/// The budget is the least of the machine's memory, `ulimit -v` and `-d`, and the limits of control groups, less what the
/// process uses already and what others have reserved. Of a control group, such as a container, what its other processes
/// use counts too. A question costs some microseconds.
public enum MemoryBudget {
  /// What is not asked for: so little is there, or the program could not run at all.
  private static let smallBytes = 1 << 20

  /// The limits that do not change while a process runs.
  private static let fixedLimits: [MemoryLimit] = {
    let machine = MemoryLimit(.machine, bytes: Int(clamping: ProcessInfo.processInfo.physicalMemory))
    return [machine] + groups.memoryLimits
  }()

  private static let groups = ControlGroups.current

  private static let ledger = MemoryLedger(
    limits: { fixedLimits + resourceLimits }, used: { .current }, groupUse: groups.memoryUse)

  /// What may still be taken now.
  public static var available: MemoryAvailability { ledger.available }

  /// Checks that there is enough memory.
  ///
  /// - Throws: `MachineError.notEnoughMemory`.
  public static func require(_ bytes: Int, for purpose: @autoclosure () -> String, remedy: String? = nil) throws {
    guard bytes > smallBytes else { return }
    try ledger.reserving({ MemoryRequest(bytes, for: purpose(), remedy: remedy) }, bytes: bytes) {}
  }

  /// Checks that the address space has room for files that are mapped: their pages are no memory that must be there, but
  /// `ulimit -v` counts them.
  ///
  /// - Throws: `MachineError.notEnoughMemory`.
  public static func requireAddressSpace(_ bytes: Int, for purpose: @autoclosure () -> String) throws {
    let limits = resourceLimits.filter { $0.kind == .addressSpace }
    guard !limits.isEmpty else { return }
    let available = MemoryAvailability(limits: limits, used: .current, reserved: 0)
    guard bytes <= available.bytes else {
      throw MachineError.notEnoughMemory(MemoryRequest(bytes, for: purpose()), available)
    }
  }

  /// Reserves memory while `body` takes it, so that threads that ask at the same time do not share it.
  ///
  /// What the body has filled counts twice until it returns: a case that is refused beside others may fit alone.
  /// - Throws: `MachineError.notEnoughMemory`, and what `body` throws.
  public static func reserving<Result>(
    _ bytes: Int, for purpose: @autoclosure () -> String, remedy: String? = nil, _ body: () throws -> Result
  ) throws -> Result {
    guard bytes > smallBytes else { return try body() }
    return try ledger.reserving({ MemoryRequest(bytes, for: purpose(), remedy: remedy) }, bytes: bytes, body)
  }

  /// The limits of `ulimit`, which another program may change at any time.
  private static var resourceLimits: [MemoryLimit] {
    #if os(Linux)
      let (addressSpace, data) = (Int32(RLIMIT_AS.rawValue), Int32(RLIMIT_DATA.rawValue))
    #else
      let (addressSpace, data) = (RLIMIT_AS, RLIMIT_DATA)
    #endif
    return [(MemoryLimit.Kind.addressSpace, addressSpace), (.data, data)].compactMap { kind, resource in
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 1 << 60 else { return nil }
      return MemoryLimit(kind, bytes: Int(limit.rlim_cur))
    }
  }
}

/// What is reserved of a budget.
package final class MemoryLedger: Sendable {
  private let reserved = Mutex(0)
  private let limits: @Sendable () -> [MemoryLimit]
  private let used: @Sendable () -> ProcessMemory
  private let groupUse: @Sendable (String) -> Int?

  /// A ledger of nothing reserved.
  ///
  /// - Parameters:
  ///   - limits: At least one.
  ///   - used: What this process uses now.
  ///   - groupUse: What the processes of a control group use now, by its folder; nil where it is unknown.
  package init(
    limits: @escaping @Sendable () -> [MemoryLimit], used: @escaping @Sendable () -> ProcessMemory,
    groupUse: @escaping @Sendable (String) -> Int? = { _ in nil }
  ) {
    (self.limits, self.used, self.groupUse) = (limits, used, groupUse)
  }

  /// What may still be taken now.
  package var available: MemoryAvailability { reserved.withLock { availability(reserved: $0) } }

  /// Holds a reservation while `body` runs.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, and what `body` throws.
  package func reserving<Result>(_ request: () -> MemoryRequest, bytes: Int, _ body: () throws -> Result) throws
    -> Result
  {
    let shortage: MemoryAvailability? = reserved.withLock { reserved in
      let available = availability(reserved: reserved)
      guard bytes <= available.bytes else { return available }
      reserved += bytes
      return nil
    }
    if let shortage { throw MachineError.notEnoughMemory(request(), shortage) }
    defer { reserved.withLock { $0 -= bytes } }
    return try body()
  }

  private func availability(reserved: Int) -> MemoryAvailability {
    MemoryAvailability(limits: limits(), used: used(), groupUse: groupUse, reserved: reserved)
  }
}

/// The processors that this process may use, beyond those that the system assigns it.
public enum Processors {
  /// What the quotas of its control groups allow, rounded up, at least 1; nil where there is no quota.
  public static var quota: Int? { ControlGroups.current.processors }
}

/// The free space of disks.
public enum DiskBudget {
  /// Checks that the disk of a folder has enough space; passes if the free space is unknown.
  ///
  /// - Parameter folder: A folder that exists, or will be made.
  /// - Throws: `MachineError.notEnoughDisk`.
  public static func require(_ bytes: Int, in folder: URL, for purpose: String) throws {
    var existing = folder.standardizedFileURL.absoluteURL
    while !FileManager.default.fileExists(atPath: existing.path), existing.pathComponents.count > 1 {
      existing.deleteLastPathComponent()
    }
    var status = statvfs()
    guard statvfs(existing.path, &status) == 0 else { return }
    let free = ByteCount.product(Int(clamping: status.f_bavail), Int(clamping: status.f_frsize))
    guard bytes <= free else {
      throw MachineError.notEnoughDisk(
        purpose: purpose, neededBytes: bytes, freeBytes: free, folder: folder.relativePath)
    }
  }
}
