import CKernels
import Foundation
import Machine
import Synchronization
import Testing

@Suite struct ThreadsTests {
  /// How often each index was taken, by plain stores: an index taken twice at once, or a worker's number given to two
  /// threads at once, loses counts.
  private final class Tally: @unchecked Sendable {
    let indices: UnsafeMutablePointer<Int>
    let workers: UnsafeMutablePointer<Int>
    let count: Int
    init(_ count: Int) {
      self.count = count
      indices = .allocate(capacity: count + 1)
      indices.initialize(repeating: 0, count: count + 1)
      workers = .allocate(capacity: Int(CK_MAXIMAL_WORKERS))
      workers.initialize(repeating: 0, count: Int(CK_MAXIMAL_WORKERS))
    }
    deinit {
      indices.deallocate()
      workers.deallocate()
    }

    /// Takes each index once with at most so many workers; whether all went well.
    func runs(workers limit: Int) -> Bool {
      ck_parallel_for(
        Int32(count), Int32(limit),
        { context, index, worker in
          let tally = Unmanaged<Tally>.fromOpaque(context!).takeUnretainedValue()
          tally.indices[Int(index)] += 1
          tally.workers[Int(worker)] += 1
        }, Unmanaged.passUnretained(self).toOpaque())
      let taken = (0..<Int(CK_MAXIMAL_WORKERS)).map { workers[$0] }
      return (0..<count).allSatisfy { indices[$0] == 1 } && taken.reduce(0, +) == count
        && taken.dropFirst(max(limit, 1)).allSatisfy { $0 == 0 }
    }
  }

  @Test("every index is taken once, by a worker below the limit", arguments: [0, 1, 2, 3, 64, 1000], [1, 2, 3, 4, 64])
  func everyIndexOnce(count: Int, workers: Int) {
    #expect(Tally(count).runs(workers: workers))
  }

  @Test("more workers than there can be are not used")
  func tooManyWorkers() {
    #expect(Tally(5000).runs(workers: 10_000))
  }

  @Test("tiny loops one after another, of changing counts and workers, are all whole")
  func tinyLoops() {
    #expect((0..<20_000).allSatisfy { Tally($0 % 7).runs(workers: 1 + $0 % 4) })
  }

  @Test(
    "the threads of a loop use the variant of the thread that began it",
    arguments: ["avx512", "avx2", "neon", "plain"].filter { (name: String) in ck_kernel_is_possible(name) })
  func variants(kernel: String) {
    ck_use_kernel_on_this_thread(kernel)
    defer { ck_use_kernel_on_this_thread(nil) }
    let others = Atomic(0)
    Threads.forEach(1000) { _ in
      if String(cString: ck_kernel_name()) != kernel { others.add(1, ordering: .relaxed) }
    }
    #expect(others.load(ordering: .relaxed) == 0)
  }

  @Test("a loop inside a loop is whole")
  func nestedLoops() {
    let failures = Atomic(0)
    Threads.forEach(200) { index in
      if !Tally(index).runs(workers: 4) { failures.add(1, ordering: .relaxed) }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }

  @Test("loops of several threads at once are all whole")
  func concurrentLoops() {
    let failures = Mutex(0)
    let done = DispatchGroup()
    for thread in 0..<6 {
      done.enter()
      Thread.detachNewThread {
        let isWhole = (0..<2000).allSatisfy { Tally(1 + ($0 + thread) % 50).runs(workers: 1 + $0 % 4) }
        if !isWhole { failures.withLock { $0 += 1 } }
        done.leave()
      }
    }
    done.wait()
    #expect(failures.withLock { $0 } == 0)
  }

  @Test("forEach visits every index once")
  func forEach() {
    let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: 5000)
    defer { counts.deallocate() }
    counts.initialize(repeating: 0)
    Threads.forEach(counts.count) { counts[$0] += 1 }
    #expect(counts.allSatisfy { $0 == 1 })
    Threads.forEach(0) { _ in Issue.record("a loop of nothing has no body") }
  }

  @Test("there is at least one thread")
  func count() {
    #expect((1...Int(CK_MAXIMAL_WORKERS)).contains(Threads.count))
  }

  @Test("denormals are flushed inside a loop and kept outside")
  func denormals() {
    func half(_ pointer: UnsafeMutableRawPointer?) -> Float {
      let value = pointer!.assumingMemoryBound(to: Float.self)
      value.pointee /= 2
      return value.pointee
    }
    var value = Float.leastNormalMagnitude
    ck_parallel_for(1, 1, { context, _, _ in context!.assumingMemoryBound(to: Float.self).pointee /= 2 }, &value)
    #expect(value == 0)
    var kept = Float.leastNormalMagnitude
    #expect(withUnsafeMutablePointer(to: &kept) { half(UnsafeMutableRawPointer($0)) } > 0)
  }

  @Test("A number of threads is a whole number from 1 to 64")
  func threads() throws {
    for text in ["1", "4", "64"] { try Threads.check(text, name: "SEGMENT_THREADS") }
    for text in ["", "0", "-3", "4x", " 4", "+4", "65", "1e3", "99999999999999999999"] {
      #expect(throws: MachineError.setting(name: "X", expected: "a whole number from 1 to 64", found: text)) {
        try Threads.check(text, name: "X")
      }
    }
  }

  @Test(
    "A quota bounds the number of threads that nobody chose",
    .enabled(if: ProcessInfo.processInfo.environment["SEGMENT_THREADS"] == nil))
  func quota() {
    // Other tests' loops may run on one thread meanwhile: no result depends on it.
    Threads.bound(by: 1)
    #expect(ck_workers() == 1)
    Threads.bound(by: Threads.largestCount)
    #expect(ck_workers() == ck_processors())
  }
}
