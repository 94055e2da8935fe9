import Files
import Foundation
import ScanIO

/// A folder of images and one of labels in a folder, known by their names.
struct PairedFolders {
  private let folder: String
  private let images: Side
  private let labels: Side
  /// What a person should know of the choice.
  private let notes: [String]
  /// What may not be as the user means it.
  private let warnings: [String]

  /// One of the two folders.
  private struct Side {
    let folder: String
    /// The names of the scans in it.
    let names: [String]

    init(_ folder: String) throws(DatasetError) {
      self.folder = folder
      names = try FilePath.names(in: folder).filter { name in
        !name.hasPrefix(".") && ScanFile.isScan(URL(filePath: FilePath.joined(folder, name)))
      }
    }

    /// The names without their endings, each once.
    var stems: [String] { Set(names.map(ScanFormat.baseName)).sortedBytewise() }

    /// The ending of all, or a wildcard.
    var ending: String {
      let endings = Set(names.map { ScanFormat.readEnding(of: $0) ?? "" })
      return endings.count == 1 ? endings.first ?? ".*" : ".*"
    }

    func pattern(_ frame: NameFrame) -> String { Glob.escaped(folder) + "/" + frame.pattern + ending }
  }

  /// Finds the two; nil where there is no folder of labels, or nothing beside it that has images.
  ///
  /// - Throws: `DatasetError.path`.
  init?(in folder: String) throws(DatasetError) {
    let names = try FilePath.names(in: folder)
    let folders = names.filter { FilePath.kind(of: FilePath.joined(folder, $0)) == .folder }
    let labelFolders = folders.filter(FolderName.isOfLabels)
    let imageFolders = folders.filter { FolderName.isOfImages($0) && !labelFolders.contains($0) }
    let hasScans = names.contains { !$0.hasPrefix(".") && ScanFormat(fileName: $0) != nil }
    guard let best = FolderName.best(images: imageFolders, labels: labelFolders),
      best.images != nil || hasScans
    else { return nil }
    self.folder = folder
    images = try Side(best.images.map { FilePath.joined(folder, $0) } ?? folder)
    labels = try Side(FilePath.joined(folder, best.labels))
    func note(_ kind: String, _ used: String, _ all: [String], _ options: (String) -> String) -> [String] {
      let others = all.filter { $0 != used }
      return others.isEmpty
        ? []
        : [
          "\(kind) of '\(used)'; other folders of \(kind): \(Wording.quoted(others)). Choose with \(options(others[0]))"
        ]
    }
    func options(_ images: String?, _ labels: String) -> String {
      "--images '\(images.map { $0 + "/" } ?? "")*' --labels '\(labels)/{case}.*'"
    }
    let labelNotes = note("labels", best.labels, labelFolders) { options(best.images, $0) }
    notes =
      (best.images.map { note("images", $0, imageFolders) { options($0, best.labels) } } ?? []) + labelNotes
    warnings = best.isFitting ? [] : labelNotes.map { $0 + "." }
  }

  /// The cases, paired by equal names, or by the text around the names of the cases.
  ///
  /// - Parameter kinds: The last parts of the images' names, such as `T1w`; nil: any.
  /// - Throws: `DatasetError`, `PairingProblem.noPairs` where no label belongs to an image.
  func source(kinds: [String]?) throws(DatasetError) -> AuditSource {
    let root = URL(filePath: "/")
    let equal = try CasePairing(images: equalNames, labels: labels.pattern(.plain), in: root)
    let smaller = min(images.names.count, labels.names.count)
    if kinds == nil, equal.cases.count * 2 >= smaller, !equal.cases.isEmpty {
      return try source(equalNames, labels.pattern(.plain), notes)
    }
    let names = NamePairing(images: images.stems, labels: labels.stems, kinds: kinds)
    // Numbers alone may agree by chance: nearly all files of one side must find their partner.
    if let names, kinds != nil || (names.pairCount > equal.cases.count && names.pairCount * 10 >= smaller * 9) {
      return try source(names.images.map(images.pattern), labels.pattern(names.label), notes + names.notes)
    }
    if kinds == nil, !equal.cases.isEmpty { return try source(equalNames, labels.pattern(.plain), notes) }
    let possible = names ?? NamePairing(images: images.stems, labels: labels.stems, kinds: kinds, isCertain: false)
    throw .pairing(
      .noPairs(UnpairedNames(images: images.names, labels: labels.names, advice: possible.map(advice), suffixes: kinds))
    )
  }

  private func source(_ images: [String], _ labels: String, _ notes: [String]) throws(DatasetError) -> AuditSource {
    try AuditSource(patterns: images, labels: labels, in: URL(filePath: "/"), notes: notes, warnings: warnings)
  }

  private func advice(_ names: NamePairing) -> UnpairedNames.Advice {
    UnpairedNames.Advice(
      images: names.images.map { $0.pattern + images.ending }, label: names.label.pattern + labels.ending,
      count: names.pairCount)
  }

  /// Patterns of images whose labels have their names; nnU-Net's channels where the images are numbered and the labels are
  /// not.
  private var equalNames: [String] {
    let numbers = images.names.compactMap { ChannelNumber(fileName: $0)?.number }
    let all = [Glob.escaped(images.folder) + "/*"]
    guard !numbers.isEmpty, numbers.count == images.names.count,
      Set(labels.stems).isDisjoint(with: images.stems)
    else { return all }
    return ScanPatterns.ofChannels(Set(numbers), images.names, below: Glob.escaped(images.folder) + "/")
  }
}

extension NamePairing {
  /// What a person should know of the choice: images of other forms, and how to choose.
  var notes: [String] {
    guard !otherImages.isEmpty else { return [] }
    let others = otherImages.map { "'\($0.frame.pattern)' (\(Wording.counted($0.count, "case")))" }
    let used = Wording.quoted(images.map(\.pattern))
    return [
      "images named \(used); other images of the same cases: \(Wording.listed(others)). "
        + "Choose with --suffix; several are the channels of a case"
    ]
  }
}
