import CKernels

/// The threads that the program computes on.
public enum Threads {
  /// Their number: `SEGMENT_THREADS`, or else that of the processors. No result depends on it.
  public static let count = Int(ck_workers())

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
