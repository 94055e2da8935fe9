import Files
import Foundation
import ScanIO

/// The Brain Imaging Data Structure: `sub-01/ses-1/anat/sub-01_ses-1_T1w.nii.gz`, and labels in
/// `derivatives/labels/sub-01/ses-1/anat/sub-01_ses-1_dseg.nii.gz`.
///
/// A case is what shares its entities; its images are of the suffixes asked for, its label the file of the derivatives
/// with the same entities, whatever `desc`, `label` or `space` it adds, and the suffix `dseg` or `mask`. Its subject is its
/// group.
/// Source: Gorgolewski et al., Scientific Data 3, 160044 (2016); https://bids-specification.readthedocs.io.
struct BIDSLayout {
  let folder: String
  /// The suffixes of the images of a case; nil: the only one that there is.
  let suffixes: [String]?
  /// The folder of labels in `derivatives`; nil: `labels`.
  let derivatives: String?

  private static let labelSuffixes = ["dseg", "mask"]
  /// The suffixes of what is no image to segment.
  private static let otherSuffixes = labelSuffixes + ["probseg"]

  private struct File {
    let name: BIDSName
    let file: CaseFile
  }

  /// The cases of all subjects.
  func found(_ unlabelled: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let (all, leftOutImages) = try files(below: folder)
    let images = all.filter { !Self.otherSuffixes.contains($0.name.suffix) }
    let chosen = try chosenSuffixes(among: images)
    let cases = try cases(images, chosen)
    let (labels, leftOutLabels) = try labels(suffixes: chosen)
    var found = try FoundCases(
      try labelled(cases, labels, unlabelled), report: report(cases, chosen, hasLabels: labels != nil))
    found.names = chosen
    found.leaveOutLabels(
      (labels ?? [:]).filter { cases[$0.key] == nil }.values.flatMap { $0.map(\.name) }.sortedBytewise())
    found.leftOut =
      leftOutLabels
      + leftOutImages.filter { file in
        // Of other suffixes than those asked for nothing is missing.
        BIDSName(fileName: Self.readName(of: file.name)).map { chosen.contains($0.suffix) } ?? true
      }
    return found
  }

  // MARK: Images

  /// The scans below a folder that are named as BIDS names them, in folders of subjects, sessions and kinds of data.
  private func files(below root: String) throws(DatasetError) -> (files: [File], leftOut: [LeftOutFile]) {
    var files: [File] = []
    var leftOut: [LeftOutFile] = []
    func leaveOut(_ path: String, _ reason: LeftOutFile.Reason) {
      let name = String(path.dropFirst(root.count + 1))
      let stem = BIDSName(fileName: Self.readName(of: name))?.sourceStem
      leftOut.append(LeftOutFile(path: path, name: name, caseNames: stem.map { [$0] } ?? [], reason: reason))
    }
    func names(in folder: String, _ isMeant: (String) -> Bool) throws(DatasetError) -> [String] {
      let entries = try FilePath.entries(in: folder)
      for entry in entries.unnameable where isMeant(entry.name) && !entry.name.hasPrefix(".") {
        leaveOut(FilePath.joined(folder, entry.name), .nameNotUTF8)
      }
      return entries.names.filter(isMeant).sortedBytewise()
    }
    for subject in FilePath.kind(of: root) == .folder ? try names(in: root, { $0.hasPrefix("sub-") }) : [] {
      let path = FilePath.joined(root, subject)
      if let reason = LeftOutFile.reason(for: path) { leaveOut(path, reason) }
      for below in try FilePath.foldersBelow(path, leaveOut: leaveOut) {
        for name in try names(in: below, { _ in true }) {
          let path = FilePath.joined(below, name)
          guard let parsed = BIDSName(fileName: name) else {
            if BIDSName(fileName: Self.readName(of: name)) != nil { leaveOut(path, .unreadFormat) }
            continue
          }
          if let reason = LeftOutFile.reason(for: path) {
            leaveOut(path, reason)
            continue
          }
          let url = URL(filePath: path, directoryHint: .notDirectory)
          files.append(
            File(name: parsed, file: CaseFile(url: url, name: String(path.dropFirst(root.count + 1)))))
        }
      }
    }
    return (files, leftOut)
  }

  /// A file's name, its ending one that is read where it is that of another format of images.
  private static func readName(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return ScanFormat.unreadEnding(of: name).map { name.dropLast($0.count) + ".nii.gz" } ?? name
  }

  private func folders(in path: String) throws(DatasetError) -> [String] {
    guard FilePath.kind(of: path) == .folder else { return [] }
    return try FilePath.names(in: path).filter { FilePath.kind(of: FilePath.joined(path, $0)) == .folder }
  }

  private func chosenSuffixes(among images: [File]) throws(DatasetError) -> [String] {
    let counts = Dictionary(grouping: images, by: \.name.suffix).mapValues(\.count)
    guard !counts.isEmpty else { throw .layout(.noTrainingCases(.bids, place: folder)) }
    guard let suffixes else {
      guard counts.count == 1, let only = counts.first?.key else {
        throw .layout(.severalSuffixes(path: folder, counts: counts))
      }
      return [only]
    }
    if let unknown = suffixes.first(where: { counts[$0] == nil }) {
      throw .layout(.unknownSuffix(unknown, path: folder, counts: counts))
    }
    return suffixes
  }

  /// The images of each case, in the order of the suffixes.
  private func cases(_ images: [File], _ suffixes: [String]) throws(DatasetError) -> [String: [CaseFile]] {
    let byStem = Dictionary(grouping: images.filter { suffixes.contains($0.name.suffix) }, by: \.name.stem)
    var cases: [String: [CaseFile]] = [:]
    var (missing, expected): ([String], [String]) = ([], [])
    for id in byStem.keys.sortedBytewise() {
      for suffix in suffixes {
        let found = (byStem[id] ?? []).filter { $0.name.suffix == suffix }.map(\.file)
        guard found.count < 2 else {
          throw .pairing(.ambiguousCase(id: id, role: .image, files: found.map(\.url.path)))
        }
        if found.isEmpty {
          missing.append(id)
          expected.append("\(id)_\(suffix).nii.gz")
        }
        cases[id, default: []] += found
      }
    }
    guard missing.isEmpty else { throw .pairing(.missingImages(ids: missing, expected: expected)) }
    return cases
  }

  // MARK: Labels

  /// The labels by the case that they were drawn on; nil where there is no folder of them and none was asked for.
  private func labels(
    suffixes: [String]
  ) throws(DatasetError) -> (labels: [String: [CaseFile]]?, leftOut: [LeftOutFile]) {
    let parent = FilePath.joined(folder, "derivatives")
    let path = FilePath.joined(parent, derivatives ?? "labels")
    guard FilePath.kind(of: path) == .folder else {
      let others = try folders(in: parent).filter { !$0.hasPrefix(".") }
      guard derivatives == nil, others.isEmpty else {
        throw .layout(.noDerivatives(path: path, others: others))
      }
      return (nil, [])
    }
    let (all, leftOut) = try files(below: path)
    let files = all.filter { file in
      Self.labelSuffixes.contains(file.name.suffix)
        && (file.name.sourceSuffixes.isEmpty || file.name.sourceSuffixes.contains(where: suffixes.contains))
    }
    return (Dictionary(grouping: files, by: \.name.sourceStem).mapValues { $0.map(\.file) }, leftOut)
  }

  private func labelled(
    _ cases: [String: [CaseFile]], _ labels: [String: [CaseFile]]?, _ unlabelled: UnlabelledImages
  ) throws(DatasetError) -> [CaseFiles] {
    var found: [CaseFiles] = []
    var missing: [String] = []
    for id in cases.keys.sortedBytewise() {
      let files = labels?[id] ?? []
      guard files.count < 2 else { throw .layout(.severalLabels(id: id, files: files.map(\.url.path))) }
      if labels != nil, files.isEmpty, !unlabelled.allow(id) { missing.append(id) }
      found.append(
        CaseFiles(
          id: id, images: cases[id] ?? [], label: files.first, group: id.split(separator: "_").first.map(String.init)))
    }
    guard missing.isEmpty else {
      let place = "derivatives/\(derivatives ?? "labels")"
      throw .pairing(
        .imagesWithoutLabel(ids: missing, expected: missing.map { "'\($0)_dseg.nii.gz' in \(place)" }))
    }
    return found
  }

  private func report(_ cases: [String: [CaseFile]], _ suffixes: [String], hasLabels: Bool) -> [String] {
    let subjects = Set(cases.keys.compactMap { $0.split(separator: "_").first }).count
    let labels = hasLabels ? "labels from derivatives/\(derivatives ?? "labels")" : "no labels"
    return [
      "\(Layout.bids.title): \(Wording.counted(subjects, "subject")), \(Wording.counted(cases.count, "case")), "
        + "suffix \(Wording.quoted(suffixes)), \(labels)."
    ]
  }
}
