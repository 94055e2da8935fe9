import Foundation
import ScanIO

/// Labels in the folders of their images, known by a word in their names: `case01.nii.gz` and `case01_mask.nii.gz`, or
/// `case01/t1.nii.gz` and `case01/label.nii.gz`.
struct LabelsBesideImages {
  /// The patterns of the images, which may match the labels too.
  let images: [String]
  /// The pattern of the labels.
  let labels: String
  /// What a person should know of the choice.
  let notes: [String]

  /// Finds the patterns.
  ///
  /// - Parameters:
  ///   - scans: All scans below the folder.
  ///   - folder: The folder as a pattern.
  ///   - kinds: The last parts of the images' names, such as `T1w`; nil: any.
  /// - Returns: nil where no file is called a label and has an image of the same case.
  /// - Throws: `PairingProblem.missingImages` where a case lacks a channel; `.noPairs` where names agree, but may be of
  ///   different cases: of two folders, visits or sides.
  init?(_ scans: [Glob.Match], below folder: String, kinds: [String]?) throws(DatasetError) {
    let labelled = scans.filter { Self.isLabel($0.relativePath) }
    guard !labelled.isEmpty, labelled.count < scans.count else { return nil }
    for naming in [Naming.file, .fileInFolder] {
      guard let found = try Self.patterns(scans, labelled, naming, below: folder, kinds: kinds) else { continue }
      self = found
      return
    }
    for naming in [Naming.file, .fileInFolder] {
      guard let names = try Self.advice(scans, labelled, naming, kinds: kinds) else { continue }
      throw .pairing(.noPairs(names))
    }
    return nil
  }

  /// What names would pair that may be of different cases; nil where none would.
  private static func advice(
    _ scans: [Glob.Match], _ labelled: [Glob.Match], _ naming: Naming, kinds: [String]?
  ) throws(DatasetError) -> UnpairedNames? {
    let labels = labelled.map(\.relativePath)
    let images = scans.map(\.relativePath).filter { !isLabel($0) }
    let stems = (images.compactMap(naming.name), labels.compactMap(naming.name))
    guard
      let names = NamePairing(images: stems.0, labels: stems.1, kinds: kinds)
        ?? NamePairing(images: stems.0, labels: stems.1, kinds: kinds, isCertain: false)
    else { return nil }
    let folders = String(naming.folders(of: images + labels).dropFirst())
    return UnpairedNames(
      images: images, labels: labels,
      advice: UnpairedNames.Advice(
        images: names.images.map { folders + $0.pattern + ending(of: images) },
        label: folders + names.label.pattern + ending(of: labels), count: names.pairCount))
  }

  private init(images: [String], labels: String, notes: [String]) {
    (self.images, self.labels, self.notes) = (images, labels, notes)
  }

  /// Which part of a path names the case.
  private enum Naming {
    /// The name of the file, in whatever folder.
    case file
    /// The name of the folder and the name of the file in it.
    case fileInFolder

    /// The part of a path that names the case, without the ending; nil where the path has no such part.
    func name(of path: String) -> String? {
      let parts = path.split(separator: "/").map(String.init)
      guard let file = parts.last, self == .file || parts.count > 1 else { return nil }
      let stem = ScanFormat.baseName(of: file)
      return self == .file ? stem : parts[parts.count - 2] + "/" + stem
    }

    /// The pattern of the folders above that part.
    func folders(of paths: [String]) -> String {
      let depths = Set(paths.map { $0.split(separator: "/").count })
      return depths == [self == .file ? 1 : 2] ? "/" : "/**/"
    }
  }

  private static func patterns(
    _ scans: [Glob.Match], _ labelled: [Glob.Match], _ naming: Naming, below folder: String, kinds: [String]?
  ) throws(DatasetError) -> LabelsBesideImages? {
    let labelPaths = Set(labelled.map(\.relativePath))
    let paths = scans.map(\.relativePath).filter { !labelPaths.contains($0) }
    guard
      let names = NamePairing(
        images: paths.compactMap(naming.name), labels: labelPaths.compactMap(naming.name), kinds: kinds)
    else { return nil }
    let prefix = folder + naming.folders(of: paths + labelPaths)
    func pattern(_ frame: NameFrame, _ paths: [String]) -> String {
      let ending = ending(of: paths.filter { naming.name(of: $0).flatMap(frame.caseName) != nil })
      if frame == .plain { return prefix + "*" + (ending == ".*" ? "" : ending) }
      return prefix + frame.pattern + ending
    }
    let images = names.images.map { pattern($0, paths) }
    let labels = pattern(names.label, Array(labelPaths))
    let unused = labelPaths.filter { naming.name(of: $0).flatMap(names.label.caseName) == nil }.sortedBytewise()
    do throws(DatasetError) {
      let cases = try CasePairing(images: images, labels: labels, in: URL(filePath: "/")).cases
      guard !cases.isEmpty, areNear(cases) else { return nil }
    } catch .pairing(.missingImages(let ids, let expected)) {
      throw .pairing(.missingImages(ids: ids, expected: expected))
    } catch {
      return nil
    }
    return LabelsBesideImages(images: images, labels: labels, notes: names.notes + note(unused))
  }

  /// Whether no label is nearer to the folder of another image than to that of its own: the same names in the folders of
  /// two patients are of two cases.
  private static func areNear(_ cases: [CaseFiles]) -> Bool {
    func folder(_ file: CaseFile) -> [Substring] { file.url.deletingLastPathComponent().path.split(separator: "/") }
    func common(_ a: [Substring], _ b: [Substring]) -> Int { zip(a, b).prefix { $0 == $1 }.count }
    let folders = Set(cases.flatMap(\.images).map(folder))
    return cases.allSatisfy { item in
      guard let label = item.label.map(folder) else { return true }
      let nearest = folders.map { common($0, label) }.max() ?? 0
      return item.images.allSatisfy { common(folder($0), label) == nearest }
    }
  }

  private static func note(_ unused: [String]) -> [String] {
    unused.isEmpty
      ? []
      : [
        "\(Wording.counted(unused.count, "file looks like a label by its name, but is", "files look like labels by their names, but are")) "
          + "not used as such: \(Wording.quoted(unused, shown: 10)). Choose with --images and --labels"
      ]
  }

  private static func ending(of paths: [String]) -> String {
    let endings = Set(paths.map { ScanFormat.readEnding(of: $0) ?? "" })
    return endings.count == 1 ? endings.first ?? ".*" : ".*"
  }

  /// Whether the first or the last word of a file's name says that it is a label.
  static func isLabel(_ path: String) -> Bool {
    let name = ScanFormat.baseName(of: path.split(separator: "/").last.map(String.init) ?? path)
    let words = name.lowercased().split { !$0.isLetter }
    return [words.first, words.last].contains { $0.map { self.words.contains(String($0)) } ?? false }
  }

  /// Words for files of labels.
  static let words: Set<String> = [
    "annotation", "annotations", "dseg", "groundtruth", "gt", "label", "labels", "manual", "mask", "masks", "roi",
    "seg",
    "segmentation", "segmentations", "truth",
  ]
}
