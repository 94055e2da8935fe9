import CKernels

/// The threads that the program computes on.
public enum Threads {
  /// Their number: `SEGMENT_THREADS`, or else that of the processors. No result depends on it.
  public static let count = Int(ck_workers())

  /// The most threads there can be.
  public static let largestCount = Int(CK_MAXIMAL_WORKERS)

  /// Bounds the number where `SEGMENT_THREADS` does not set it; to be called before `count` is asked for.
  public static func bound(by processors: Int) { ck_bound_workers(Int32(clamping: processors)) }

  /// Checks a number of threads as somebody wrote it.
  ///
  /// - Parameter name: What is set, such as `SEGMENT_THREADS`.
  /// - Throws: `MachineError.setting`.
  public static func check(_ text: String, name: String) throws {
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, let count = Int(text), (1...largestCount).contains(count) else {
      throw MachineError.setting(name: name, expected: "a whole number from 1 to \(largestCount)", found: text)
    }
  }

  /// Runs `body` for each index of 0..<count on all threads and returns when all are done.
  ///
  /// Which thread takes which index is not determined: no result may depend on it.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { escaping in
      var body = escaping
      withUnsafeMutablePointer(to: &body) { pointer in
        ck_parallel_for(
          Int32(count), Int32(Self.count),
          { context, index, _ in context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(index)) }, pointer)
      }
    }
  }
}
