import Foundation

/// An array of `count` elements, all of which `fill` must write.
///
/// Large ones stand in huge pages where the system has them: a new array of 100 MB is else 24,000 faults.
package func makeArray<Element: BitwiseCopyable>(count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void)
  -> [Element]
{
  guard count > 0 else { return [] }
  return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    askForHugePages(UnsafeMutableRawBufferPointer(buffer))
    fill(buffer.baseAddress!)
    initialized = count
  }
}

/// Calls `body` with memory for `count` floats, which hold nothing yet.
package func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(count, 1))
  defer { scratch.deallocate() }
  askForHugePages(UnsafeMutableRawBufferPointer(scratch))
  body(scratch.baseAddress!)
}

private func askForHugePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    let (page, hugePage) = (4096, 2 << 20)
    guard memory.count >= 2 * hugePage, let base = memory.baseAddress else { return }
    let start = base.alignedUp(toMultipleOf: page)
    madvise(start, (memory.count - (start - base)) / page * page, MADV_HUGEPAGE)
  #endif
}
