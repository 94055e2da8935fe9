import CKernels

/// The system's memory allocator.
public enum Allocator {
  /// Limits the areas that glibc's allocator keeps for different threads to the number of threads that work at once.
  ///
  /// glibc reserves 64 MiB or more of address space for each of up to eight areas a processor, as threads happen to meet. Under
  /// `ulimit -v` the memory in use would then differ from run to run, and a training that was admitted could still fail.
  ///
  /// - Parameter threads: At least 1.
  public static func limitAreas(to threads: Int) {
    ck_limit_allocator_areas(Int32(clamping: max(2, threads)))
  }
}
