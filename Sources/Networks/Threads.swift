import CKernels
import Foundation

/// The threads that the program computes on.
public enum Threads {
  /// Their number: `SEGMENT_THREADS`, or else that of the processors. No result depends on it.
  public static let count: Int = {
    let wanted = ProcessInfo.processInfo.environment["SEGMENT_THREADS"].flatMap(Int.init) ?? 0
    return wanted > 0 ? min(wanted, Int(CK_MAXIMAL_WORKERS)) : Int(ck_processors())
  }()

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
