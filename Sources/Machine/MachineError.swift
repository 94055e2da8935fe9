/// A lack of memory or disk space, or a setting that the machine cannot follow.
public enum MachineError: Error, Equatable, Sendable {
  /// There is not enough memory.
  case notEnoughMemory(MemoryRequest, MemoryAvailability)
  /// There is not enough free disk space; in bytes.
  case notEnoughDisk(purpose: String, neededBytes: Int, freeBytes: Int, folder: String)
  /// A setting of the environment or of an option has a value that it cannot have.
  case setting(name: String, expected: String, found: String)
}

extension MachineError: CustomStringConvertible {
  /// The message: purpose, needed, available, the limit, and what to do.
  public var description: String {
    switch self {
    case .notEnoughMemory(let request, let available):
      "not enough memory for \(request.purpose): \(ByteCount.text(request.bytes)) needed, \(available); "
        + (request.remedy.map { "\($0), or " } ?? "") + available.limit.kind.remedy
    case .notEnoughDisk(let purpose, let needed, let free, let folder):
      "not enough disk space in \(folder) for \(purpose): about \(ByteCount.text(needed)) needed, "
        + "\(ByteCount.text(free)) free; free some space, or write to another disk"
    case .setting(let name, let expected, let found):
      "\(name) is '\(found)'; expected \(expected)"
    }
  }
}

/// A request for memory.
public struct MemoryRequest: Hashable, Sendable {
  /// What it is for, such as `the voxels of scan.nii.gz (512x512x300)`.
  public let purpose: String
  /// The number of bytes; `Int.max` means more than can be counted.
  public let bytes: Int
  /// What would need less, such as `use a smaller batch`; nil where nothing can be chosen.
  public let remedy: String?

  /// Makes a request.
  public init(_ bytes: Int, for purpose: String, remedy: String? = nil) {
    (self.bytes, self.purpose, self.remedy) = (bytes, purpose, remedy)
  }
}
