import ScanIO

/// The number of a channel at the end of a file's name, as nnU-Net writes it: `case_0000.nii.gz`, `case_0001.nii.gz`.
public struct ChannelNumber: Hashable, Sendable {
  /// The name without the number and the ending.
  public let caseName: String
  /// The number, from 0.
  public let number: Int

  /// Reads a file's name; nil where it does not end in an underscore and four digits before its ending.
  public init?(fileName: String) {
    let stem = ScanFormat.baseName(of: fileName)
    let digits = stem.suffix(4)
    guard stem.count > 5, stem.dropLast(4).last == "_", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(digits)
    else { return nil }
    caseName = String(stem.dropLast(5))
    self.number = number
  }

  /// The number as written in a name: `_0001`.
  public static func suffix(_ number: Int) -> String {
    let digits = String(number)
    return "_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
