import Foundation
import Machine
import Testing

@Suite struct MemoryBudgetTests {
  private let gibibyte = 1 << 30

  @Test("The limit that leaves least counts, each less what fits it: the address space or what is resident")
  func leastLimit() {
    let used = ProcessMemory(addressSpace: 3 * gibibyte, resident: gibibyte, data: 2 * gibibyte)
    let machine = MemoryLimit(.machine, bytes: 8 * gibibyte)
    let group = MemoryLimit(.controlGroup(folder: "/g"), bytes: 4 * gibibyte)
    let space = MemoryLimit(.addressSpace, bytes: 5 * gibibyte)
    let data = MemoryLimit(.data, bytes: 9 * gibibyte)
    let least = MemoryAvailability(limits: [machine, group, space, data], used: used, reserved: 0)
    #expect(least.limit == space)
    #expect(least.usedBytes == 3 * gibibyte)
    // A 32nd is left for what does not ask.
    #expect(least.bytes == 2 * gibibyte - 5 * gibibyte / 32)
    #expect(MemoryAvailability(limits: [machine, group], used: used, reserved: 0).limit == group)
    let full = MemoryAvailability(limits: [machine, group], used: used, reserved: 5 * gibibyte)
    #expect(full.bytes == 0)
  }

  @Test("Against the limit of a control group counts what its other processes use, never less than this process does")
  func neighbours() {
    let used = ProcessMemory(addressSpace: 0, resident: gibibyte, data: 0)
    let limits = [
      MemoryLimit(.machine, bytes: 64 * gibibyte), MemoryLimit(.controlGroup(folder: "/inner"), bytes: 8 * gibibyte),
      MemoryLimit(.controlGroup(folder: "/"), bytes: 16 * gibibyte),
    ]
    func availability(_ inner: Int?, _ outer: Int?) -> MemoryAvailability {
      MemoryAvailability(
        limits: limits, used: used, groupUse: { $0 == "/inner" ? inner : outer }, reserved: gibibyte)
    }
    #expect(availability(nil, nil).bytes == 6 * gibibyte - gibibyte / 4)
    #expect(availability(gibibyte / 2, nil).bytes == 6 * gibibyte - gibibyte / 4)
    #expect(availability(5 * gibibyte, nil).bytes == 2 * gibibyte - gibibyte / 4)
    let outer = availability(5 * gibibyte, 14 * gibibyte)
    #expect(outer.limit == limits[2] && outer.bytes == gibibyte / 2)
    let ledger = MemoryLedger(limits: { limits }, used: { used }, groupUse: { _ in 7 << 30 })
    #expect(ledger.available.bytes == gibibyte - gibibyte / 4)
  }

  @Test("The numbers of pages of /proc/self/statm become bytes; those of mapped files are not held")
  func statm() {
    let used = ProcessMemory(statm: "1000 200 30 4 0 50 0\n", pageBytes: 4096)
    #expect(used == ProcessMemory(addressSpace: 4_096_000, resident: 696_320, data: 204_800))
    #expect(ProcessMemory(statm: "1000 x", pageBytes: 4096) == nil)
    #expect(ProcessMemory.current.resident > 1 << 20)
  }

  @Test("What a reservation holds is not there for another, until it ends")
  func reservations() throws {
    let limit = MemoryLimit(.machine, bytes: 8 * gibibyte)
    let ledger = MemoryLedger(
      limits: { [limit] }, used: { ProcessMemory(addressSpace: 0, resident: 1 << 30, data: 0) })
    func reserve(_ bytes: Int, _ body: () throws -> Void = {}) throws {
      try ledger.reserving({ MemoryRequest(bytes, for: "a test") }, bytes: bytes, body)
    }
    try reserve(5 * gibibyte) {
      try reserve(gibibyte)
      #expect(throws: MachineError.self) { try reserve(2 * gibibyte) }
    }
    try reserve(6 * gibibyte)
    #expect(throws: MachineError.self) { try reserve(7 * gibibyte) }
    #expect(ledger.available.bytes == 8 * gibibyte - gibibyte - gibibyte / 4)
  }

  @Test("More than any machine has is refused, a little is not asked for")
  func budget() throws {
    try MemoryBudget.require(1 << 20, for: "a little")
    #expect(throws: MachineError.self) { try MemoryBudget.require(.max, for: "everything") }
    #expect(throws: MachineError.self) { try MemoryBudget.reserving(.max, for: "everything") {} }
    #expect(MemoryBudget.available.bytes > 0)
  }

  @Test("An error says what needs how much, how much there is, which limit is the least, and what to do")
  func description() {
    let error = MachineError.notEnoughMemory(
      MemoryRequest(3 * gibibyte, for: "the voxels of a.nii (9x9x9)", remedy: "choose a larger --spacing"),
      MemoryAvailability(limit: MemoryLimit(.addressSpace, bytes: 2 * gibibyte), usedBytes: gibibyte))
    #expect(
      "\(error)" == "not enough memory for the voxels of a.nii (9x9x9): 3072 MiB needed, 960 MiB available "
        + "('ulimit -v' allows 2048 MiB, 1024 MiB are in use); choose a larger --spacing, or raise this limit")
  }

  @Test("Products and sums that do not fit stop at the largest number")
  func saturation() {
    #expect(ByteCount.product(4, 1 << 40, 1 << 30) == .max)
    #expect(ByteCount.product(.max, 2, 0) == 0)
    #expect(ByteCount.product(3, 5) == 15)
    #expect(ByteCount.sum(.max, 1) == .max)
    #expect(ByteCount.whole(1e300) == .max)
    #expect(ByteCount.whole(.nan) == .max)
    #expect(ByteCount.text(741 << 20) == "741 MiB")
    #expect(ByteCount.text(.max) == "8.0 EiB")
  }

  @Test("A disk without the room is refused, also for a folder that is still to be made")
  func disk() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "none/such")
    try DiskBudget.require(1, in: folder, for: "a file")
    #expect(throws: MachineError.self) { try DiskBudget.require(.max, in: folder, for: "a file") }
  }
}
