import CKernels
import Machine

/// The variant of the hot loops that is in use: `avx512`, `avx2`, `neon` or `plain`.
public enum Kernels {
  /// The best that this processor can run, or the one that SEGMENT_KERNEL names.
  public static var name: String { String(cString: ck_kernel_name()) }

  /// The settings that change the bits of a network's results, by name; none where they are the usual ones.
  ///
  /// The variants with fused multiply-add (avx512, avx2, neon) give the same bits; `plain` rounds twice, and so does any
  /// processor that has no other.
  public static var settings: [String: String] {
    var settings: [String: String] = [:]
    if name == "plain" { settings["kernels"] = name }
    let algorithm = String(cString: ck_algorithm_name())
    if algorithm != "automatic" { settings["convolution"] = algorithm }
    return settings
  }

  /// Checks the name of a way to compute convolutions, such as that in SEGMENT_CONVOLUTION.
  ///
  /// - Throws: `MachineError.setting` where there is none.
  public static func checkConvolution(_ name: String) throws {
    var found = CK_AUTOMATIC
    guard ck_find_algorithm(name, &found) else {
      throw MachineError.setting(
        name: "SEGMENT_CONVOLUTION", expected: "automatic, direct, winograd_2 or winograd_4", found: name)
    }
  }

  /// Checks the name of a variant, such as that in SEGMENT_KERNEL.
  ///
  /// - Throws: `MachineError.setting` where there is none, or this processor cannot run it.
  public static func check(_ name: String) throws {
    let all: [String] = ["avx512", "avx2", "neon", "plain"]
    let possible = all.filter { ck_kernel_is_possible($0) }
    guard possible.contains(name) else {
      throw MachineError.setting(
        name: "SEGMENT_KERNEL", expected: possible.joined(separator: " or ") + " (available on this processor)",
        found: name)
    }
  }
}
