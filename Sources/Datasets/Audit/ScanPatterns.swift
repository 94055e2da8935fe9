import Files
import Foundation
import ScanIO

/// The patterns of a load stage that find every scan below a folder, each as a case of its own name.
struct ScanPatterns {
  private let folder: String
  private let scans: [Glob.Match]
  private let leftOut: [LeftOutFile]

  /// Finds the scans.
  ///
  /// - Throws: `DatasetError.path` where there is none.
  init(below folder: String) throws(DatasetError) {
    self.folder = Glob.escaped(folder)
    let root = URL(filePath: folder)
    let listing = try Glob(self.folder + "/**/*").listing(in: root).ofScans(folder)
    (scans, leftOut) = (listing.matches, listing.leftOut)
  }

  /// The cases, and the lines of a load stage that loads the same; without such lines, each scan under its path.
  func source() throws(DatasetError) -> AuditSource {
    for patterns in candidates {
      guard let pairing = try? CasePairing(images: patterns, in: URL(filePath: "/")),
        Set(pairing.cases.flatMap(\.images).map(\.url.path)) == Set(scans.map(\.url.path))
      else { continue }
      return try AuditSource(patterns: patterns, labels: nil, in: URL(filePath: "/"), leftOut: leftOut)
    }
    let cases = scans.map { scan in
      CaseFiles(
        id: ScanFormat.baseName(of: scan.relativePath), images: [CaseFile(url: scan.url, name: scan.relativePath)],
        label: nil)
    }
    var found = try FoundCases(cases, report: ["\(Wording.counted(scans.count, "scan")) in '\(folder)', no labels."])
    found.leftOut = leftOut
    // One folder is loaded; the others are of other data sets.
    let first = scans[0].url.deletingLastPathComponent().path
    return AuditSource(
      found: found,
      loadLines: [
        YAMLText.comment("several files have the same name: audit and load the folder of one data set"),
        "images: " + YAMLText.scalar(Glob.escaped(first) + "/*"),
      ], namesAgree: false)
  }

  /// Patterns that may find them all, the plainest first.
  private var candidates: [[String]] {
    let names = scans.map(\.url.lastPathComponent)
    let endings = Set(names.map { ScanFormat.readEnding(of: $0) ?? "" })
    let ending = endings.count == 1 ? endings.first ?? "" : ""
    var result: [[String]] = []
    let numbers = names.compactMap { ChannelNumber(fileName: $0)?.number }
    if numbers.count == names.count, Set(numbers).count > 1 {
      result.append(Self.ofChannels(Set(numbers), names, below: folder + "/"))
      result.append(Self.ofChannels(Set(numbers), names, below: folder + "/**/"))
    }
    result += [[folder + "/*" + ending], [folder + "/**/*" + ending]]
    if let pattern = namingPattern { result.append([pattern]) }
    return result
  }

  /// A pattern with `{case}` for the part of the paths that tells the scans apart, where all have as many parts.
  private var namingPattern: String? {
    let paths = scans.map { $0.relativePath.split(separator: "/").map(String.init) }
    guard let depth = paths.first?.count, paths.allSatisfy({ $0.count == depth }),
      let naming = (0..<depth).last(where: { part in Set(paths.map { $0[part] }).count == paths.count })
    else { return nil }
    let parts = (0..<depth).map { part -> String in
      if part == naming { return "{case}" }
      let names = Set(paths.map { $0[part] })
      return names.count == 1 ? Glob.escaped(paths[0][part]) : "*"
    }
    return folder + "/" + parts.joined(separator: "/")
  }

  /// A pattern for each of nnU-Net's channels.
  static func ofChannels(_ numbers: Set<Int>, _ names: [String], below prefix: String) -> [String] {
    let endings = Set(names.compactMap { ScanFormat.readEnding(of: $0) })
    let ending = endings.count == 1 ? endings.first ?? ".*" : ".*"
    return numbers.sorted().map { prefix + "{case}" + ChannelNumber.suffix($0) + ending }
  }
}
