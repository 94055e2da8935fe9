import Jobs
import Machine
import Synchronization
import Testing

@Suite("Reading, computing and writing at the same time")
struct OverlappedWorkTests {
  private struct Problem: Error {}
  private static let shortage = MachineError.notEnoughMemory(
    MemoryRequest(2, for: "a"), MemoryAvailability(limit: MemoryLimit(.machine, bytes: 1), usedBytes: 0))

  /// What happened, in order.
  private final class Events: Sendable {
    private let list = Mutex<[String]>([])
    func add(_ event: String) { list.withLock { $0.append(event) } }
    func place(of event: String) -> Int? { list.withLock { $0.firstIndex(of: event) } }
    func count(of event: String) -> Int { list.withLock { $0.filter { $0 == event }.count } }
  }

  /// Works on squares; some steps fail, by their names.
  private func outcomes(
    of count: Int, events: Events = Events(), hasRoom: Bool = true, stopsAt: Int? = nil,
    failure: @escaping @Sendable (String) throws -> Void = { _ in }
  ) throws -> [String] {
    @Sendable func step(_ name: String) throws {
      events.add(name)
      try failure(name)
    }
    let work = OverlappedWork<Int, Int, Int>(
      read: { index in
        try step("read \(index)")
        return index
      }, hasRoomToRead: { _ in hasRoom },
      compute: { index, value in
        try step("compute \(index)")
        return value * value
      },
      write: { index, value in
        try step("write \(index)")
        return value
      })
    var (outcomes, next) = ([String](), 0)
    try work.run(
      count,
      check: {
        if next == stopsAt { throw Problem() }
        next += 1
      },
      finish: { index, outcome in
        #expect(index == outcomes.count)
        outcomes.append((try? outcome.get()).map(String.init) ?? "failed")
      })
    return outcomes
  }

  @Test("gives what one after the other gives, in order", arguments: [true, false])
  func order(hasRoom: Bool) throws {
    #expect(try outcomes(of: 5, hasRoom: hasRoom) == ["0", "1", "4", "9", "16"])
    #expect(try outcomes(of: 0, hasRoom: hasRoom) == [])
  }

  @Test("keeps failures of each step in their places")
  func failures() throws {
    let found = try outcomes(of: 6) { step in
      if ["read 1", "compute 3", "write 4"].contains(step) { throw Problem() }
    }
    #expect(found == ["0", "failed", "4", "failed", "failed", "25"])
  }

  @Test(
    "tries once more alone what lacked memory or disk space beside others",
    arguments: [shortage, MachineError.notEnoughDisk(purpose: "a", neededBytes: 2, freeBytes: 1, folder: "b")])
  func memory(shortage: MachineError) throws {
    let events = Events()
    let found = try outcomes(of: 4, events: events) { step in
      if step == "compute 1", events.count(of: step) == 1 { throw shortage }
      if step == "read 3" { throw shortage }
    }
    #expect(found == ["0", "1", "4", "failed"])
    #expect(events.count(of: "compute 1") == 2 && events.count(of: "compute 2") == 1)
    let (again, written) = (try #require(events.place(of: "write 0")), try #require(events.place(of: "compute 2")))
    #expect(again < written)
  }

  @Test("completes what is being written before it ends early")
  func ends() throws {
    let events = Events()
    #expect(throws: Problem.self) { try outcomes(of: 5, events: events, stopsAt: 2) }
    #expect(events.count(of: "write 1") == 1 && events.count(of: "compute 2") == 0)
  }

  @Test("reads the next thing while one is computed, and writes the last one then")
  func overlap() throws {
    let (read, written) = (Flag(), Flag())
    // Each step waits for one that comes later if nothing overlaps.
    let found = try outcomes(of: 2) { step in
      switch step {
      case "read 1": read.raise()
      case "compute 0": read.wait()
      case "compute 1": written.raise()
      case "write 0": written.wait()
      default: break
      }
    }
    #expect(found == ["0", "1"])
  }
}

/// A flag that a thread waits for.
private final class Flag: Sendable {
  private let isRaised = Atomic(false)
  func raise() { isRaised.store(true, ordering: .releasing) }
  func wait() {
    while !isRaised.load(ordering: .acquiring) {}
  }
}
