import ScanIO

/// The name of a file in BIDS: `sub-01_ses-2_T1w`, of entities and a suffix.
struct BIDSName {
  /// The entities of the name: `sub-01`, `ses-2`.
  let entities: [String]
  /// Of a derivative, the suffix of the image that it was made from, where it is kept in the name.
  let sourceSuffixes: [String]
  /// The suffix, the kind of file: `T1w`, `dseg`.
  let suffix: String

  /// The entities that describe a derivative, and not what it was made from.
  private static let ofDerivatives = ["desc", "label", "space", "res", "den", "seg", "atlas"]

  /// Reads a file's name; nil where it is no scan's, or not of this form.
  init?(fileName: String) {
    guard !fileName.hasPrefix("."), ScanFormat(fileName: fileName) != nil else { return nil }
    let parts = ScanFormat.baseName(of: fileName).split(separator: "_").map(String.init)
    guard parts.count > 1, parts[0].hasPrefix("sub-"), let suffix = parts.last, !suffix.contains("-") else {
      return nil
    }
    self.suffix = suffix
    entities = parts.dropLast().filter { $0.contains("-") }
    sourceSuffixes = parts.dropLast().filter { !$0.contains("-") }
  }

  /// The entities as written in the name.
  var stem: String { entities.joined(separator: "_") }

  /// The entities of the image that a derivative was made from.
  var sourceStem: String {
    entities.filter { entity in !Self.ofDerivatives.contains { entity.hasPrefix($0 + "-") } }.joined(separator: "_")
  }
}
