import CKernels
import Testing

/// The variants of the kernels that this processor can run.
enum KernelVariants {
  static let all: [String] = ["avx512", "avx2", "neon", "plain"].filter { ck_kernel_is_possible($0) }

  /// What `body` gives with a variant; nil: with the best.
  static func using<Result>(_ variant: String?, _ body: () throws -> Result) rethrows -> Result {
    ck_use_kernel_on_this_thread(variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    return try body()
  }
}

/// Expects equal answers of a kernel without fused multiply-adds for 1, 2, 3 and 4 workers, and for every variant.
func expectSameBits<Answers: Equatable>(_ answers: (_ workers: Int) throws -> Answers) rethrows {
  let alone = try answers(1)
  for workers in 2...4 { #expect(try answers(workers) == alone, "\(workers) workers") }
  for variant in KernelVariants.all {
    #expect(try KernelVariants.using(variant) { try answers(2) } == alone, "\(variant)")
  }
}
