/// What this machine cannot give.
public enum MachineError: Error, Equatable, Sendable {
  /// Something needs more memory than there is.
  case notEnoughMemory(MemoryRequest, MemoryAvailability)
  /// Something needs more room than the disk has free; in bytes.
  case notEnoughDisk(purpose: String, neededBytes: Int, freeBytes: Int, folder: String)
}

extension MachineError: CustomStringConvertible {
  /// What needs how much, how much there is, which limit is the least, and what to do.
  public var description: String {
    switch self {
    case .notEnoughMemory(let request, let available):
      "not enough memory for \(request.purpose): \(ByteCount.text(request.bytes)) needed, \(available); "
        + (request.remedy.map { "\($0), or " } ?? "") + available.limit.kind.remedy
    case .notEnoughDisk(let purpose, let needed, let free, let folder):
      "not enough room on the disk of \(folder) for \(purpose): about \(ByteCount.text(needed)) needed, "
        + "\(ByteCount.text(free)) free; free some, or write to another disk"
    }
  }
}

/// How much memory something needs.
public struct MemoryRequest: Hashable, Sendable {
  /// What it is for, such as `the voxels of scan.nii.gz (512x512x300)`.
  public let purpose: String
  /// The number of bytes; `Int.max` stands for more than can be counted.
  public let bytes: Int
  /// What would need less, such as `use a smaller batch`; nil where nothing can be chosen.
  public let remedy: String?

  /// Makes a request.
  public init(_ bytes: Int, for purpose: String, remedy: String? = nil) {
    (self.bytes, self.purpose, self.remedy) = (bytes, purpose, remedy)
  }
}
