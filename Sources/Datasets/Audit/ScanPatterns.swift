import Files
import Foundation
import ScanIO

/// The patterns of a load stage that find every scan below a folder: images with labels beside them, or each scan as a
/// case of its own name.
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

  /// The cases whose labels are beside their images; nil where there are none.
  ///
  /// - Parameter kinds: The last parts of the images' names, such as `T1w`; nil: any.
  /// - Throws: `PairingProblem.missingImages` where a case lacks a channel.
  func labelled(kinds: [String]?) throws(DatasetError) -> AuditSource? {
    guard let found = try LabelsBesideImages(scans, below: folder, kinds: kinds) else { return nil }
    return try AuditSource(
      patterns: found.images, labels: found.labels, in: URL(filePath: "/"), leftOut: leftOut, notes: found.notes)
  }

  /// The cases without labels, and the lines of a load stage that loads the same; without such lines, each scan under its
  /// path.
  func source() throws(DatasetError) -> AuditSource {
    for patterns in candidates {
      guard let pairing = try? CasePairing(images: patterns, in: URL(filePath: "/")),
        Set(pairing.cases.flatMap(\.images).map(\.url.path)) == Set(scans.map(\.url.path))
      else { continue }
      return try AuditSource(
        patterns: patterns, labels: nil, in: URL(filePath: "/"), leftOut: leftOut, warnings: warnings)
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
        .comment("several files have the same name: audit and load the folder of one data set"),
        .patterns(key: "images", [Glob.escaped(first) + "/*"]),
      ], namesAgree: false, warnings: warnings)
  }

  /// What files may be labels though they are taken for images.
  private var warnings: [String] {
    let labels = scans.map(\.relativePath).filter(LabelsBesideImages.isLabel)
    if !labels.isEmpty {
      return [
        "no labels found. \(Wording.counted(labels.count, "file looks like a label by its name, but has", "files look like labels by their names, but have")) "
          + "no image of the same case: \(Wording.quoted(labels, shown: 10)). "
          + "They are taken for images. Give patterns with --images and --labels."
      ]
    }
    guard let (ending, files) = companions else { return [] }
    return [
      "no labels found. \(Wording.counted(files.count, "file has", "files have")) the name of another one and '\(ending)': "
        + "\(Wording.quoted(files, shown: 10)). If these are labels, add "
        + "--images '*' --labels '{case}\(ending).*'."
    ]
  }

  /// The text that most files have after the name of another file, and the files that have it; at least a third of all.
  private var companions: (ending: String, files: [String])? {
    let names = scans.map { ScanFormat.baseName(of: $0.url.lastPathComponent) }
    let all = Set(names)
    var found: [String: [String]] = [:]
    for (scan, name) in zip(scans, names) {
      for place in name.indices where "_-.".contains(name[place]) && all.contains(String(name[..<place])) {
        found[String(name[place...]), default: []].append(scan.relativePath)
      }
    }
    let most = found.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    return most.flatMap { $0.value.count * 3 >= scans.count ? ($0.key, $0.value) : nil }
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
