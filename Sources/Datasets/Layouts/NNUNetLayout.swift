import Files
import Foundation
import ScanIO

/// The layout of nnU-Net's raw data: `imagesTr/case_0000.nii.gz` and so on, a file for each channel,
/// `labelsTr/case.nii.gz`, and `dataset.json` with the names of channels and classes.
///
/// Source: Isensee et al., "nnU-Net", Nature Methods 18 (2021); https://github.com/MIC-DKFZ/nnUNet, dataset format.
struct NNUNetLayout {
  let folder: String
  let description: DatasetDescription

  /// Whether an image that is listed by a case's name exists with the number of the first channel.
  static func isNumbered(_ listed: String, in folder: String) -> Bool {
    let stem = ScanFormat.baseName(of: listed)
    let path = FilePath.joined(folder, stem + ChannelNumber.suffix(0) + listed.dropFirst(stem.count))
    return FilePath.kind(of: path) == .file
  }

  /// The training cases.
  func found(_ policy: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let (images, leftOutImages) = try scans(in: "imagesTr")
    let byCase = try numbered(images)
    let (labels, leftOutLabels) = try scans(in: "labelsTr")
    var labelsByCase: [String: String] = [:]
    for label in labels {
      let id = ScanFormat.baseName(of: label)
      if let other = labelsByCase.updateValue(label, forKey: id) {
        throw .layout(.severalFiles(name: "labelsTr/\(id)", files: [other, label]))
      }
    }
    let unlabelled = byCase.keys.filter { labelsByCase[$0] == nil && !policy.allow($0) }.sortedBytewise()
    guard unlabelled.isEmpty else {
      let expected = unlabelled.map { id in
        let file = leftOutLabels.first { $0.caseNames.contains(id) }
        return "'labelsTr/\(id)\(ending(of: images[0]))'" + (file.map { ", which is \($0.words)" } ?? "")
      }
      throw .pairing(.imagesWithoutLabel(ids: unlabelled, expected: expected))
    }
    let names = description.channelNames
    try requireChannels(byCase, count: names.count, ending: ending(of: images[0]))
    var found = try FoundCases(
      byCase.map { id, files in
        CaseFiles(
          id: id, images: files.sorted { $0.key < $1.key }.map { file("imagesTr", $0.value) },
          label: labelsByCase[id].map { file("labelsTr", $0) })
      }, report: report(byCase.count, channels: names))
    if !names.isEmpty { found.names = names }
    found.leftOut = leftOutImages + leftOutLabels
    found.leaveOutLabels(labels.filter { byCase[ScanFormat.baseName(of: $0)] == nil })
    return found
  }

  private func file(_ part: String, _ name: String) -> CaseFile {
    let path = FilePath.joined(FilePath.joined(folder, part), name)
    return CaseFile(url: URL(filePath: path, directoryHint: .notDirectory), name: name)
  }

  private func ending(of name: String) -> Substring { name.dropFirst(ScanFormat.baseName(of: name).count) }

  /// The names of the scans in a folder; where the description states an ending, those that have it.
  private func scans(in part: String) throws(DatasetError) -> (names: [String], leftOut: [LeftOutFile]) {
    if let ending = description.fileEnding, ScanFormat(fileName: "a" + ending) == nil {
      throw .layout(.unsupportedEnding(file: description.file, ending: ending))
    }
    let path = FilePath.joined(folder, part)
    guard FilePath.kind(of: path) == .folder else {
      throw .path(.missingFolder(pattern: path, folder: path, existing: folder))
    }
    var names: [String] = []
    let entries = try FilePath.entries(in: path)
    var leftOut = entries.unnameable.filter { ScanFormat(fileName: $0.name) != nil }.map {
      LeftOutFile(path: FilePath.joined(path, $0.name), name: "\(part)/\($0.name)", reason: .nameNotUTF8)
    }
    for name in entries.names.sortedBytewise() where !name.hasPrefix(".") {
      let file = FilePath.joined(path, name)
      if let reason = reason(toLeaveOut: name, at: file) {
        let base = ChannelNumber(fileName: LeftOutFile.baseName(of: name) + ".nii")?.caseName
        leftOut.append(
          LeftOutFile(path: file, name: "\(part)/\(name)", caseNames: base.map { [$0] } ?? [], reason: reason))
      } else if ScanFormat(fileName: name) != nil {
        names.append(name)
      }
    }
    guard !names.isEmpty else {
      guard leftOut.isEmpty else { throw .path(.allLeftOut(pattern: path, files: leftOut)) }
      throw .layout(.noTrainingCases(.nnunet, place: path))
    }
    return (names, leftOut)
  }

  /// Why a file that is or looks like a scan is left out; nil for those that are used, and for files of other kinds.
  private func reason(toLeaveOut name: String, at path: String) -> LeftOutFile.Reason? {
    if ScanFormat.unreadEnding(of: name) != nil { return .unreadFormat }
    guard ScanFormat(fileName: name) != nil else { return nil }
    if let reason = LeftOutFile.reason(for: path) { return reason }
    return description.fileEnding.map(name.hasSuffix) ?? true ? nil : .otherEnding
  }

  /// The files of each case by the numbers of their channels.
  private func numbered(_ names: [String]) throws(DatasetError) -> [String: [Int: String]] {
    let strangers = names.filter { ChannelNumber(fileName: $0) == nil }
    guard strangers.isEmpty else {
      throw .layout(.unnumberedImages(folder: FilePath.joined(folder, "imagesTr"), names: strangers))
    }
    var cases: [String: [Int: String]] = [:]
    for name in names {
      guard let number = ChannelNumber(fileName: name) else { continue }
      if let other = cases[number.caseName, default: [:]].updateValue(name, forKey: number.number) {
        throw .layout(.severalFiles(name: "imagesTr/\(ScanFormat.baseName(of: name))", files: [other, name]))
      }
    }
    return cases
  }

  /// Checks that every case has a file for each channel; a single file may hold them all, as colours do.
  private func requireChannels(
    _ cases: [String: [Int: String]], count: Int, ending: Substring
  ) throws(DatasetError) {
    let most = cases.values.compactMap { $0.keys.max() }.max() ?? 0
    let needed = most == 0 && count > 1 ? (holdsAll(cases) ? 1 : count) : max(most == 0 ? 1 : count, most + 1)
    var ids: [String] = []
    var expected: [String] = []
    for id in cases.keys.sortedBytewise() {
      for number in 0..<needed where cases[id]?[number] == nil {
        ids.append(id)
        expected.append("imagesTr/\(id)\(ChannelNumber.suffix(number))\(ending)")
      }
    }
    guard ids.isEmpty else { throw .pairing(.missingImages(ids: ids, expected: expected)) }
  }

  /// Whether the first case's single file has several channels, as colours have; one that cannot be read is found again.
  private func holdsAll(_ cases: [String: [Int: String]]) -> Bool {
    guard let name = cases.keys.sortedBytewise().first.flatMap({ cases[$0]?[0] }) else { return true }
    let choices = ReadingChoices(furtherDimension: .channels)
    let header = try? ScanFile.readHeader(file("imagesTr", name).url, choices: choices)
    return header.map { $0.channels > 1 } ?? true
  }

  private func report(_ count: Int, channels: [String]) -> [String] {
    var lines = ["\(Layout.nnunet.title): dataset.json, \(Wording.counted(count, "training case"))."]
    let tests = (try? scans(in: "imagesTs").names) ?? []
    let testCases = Set(tests.map { ChannelNumber(fileName: $0)?.caseName ?? $0 }).count
    if testCases > 0 {
      lines.append(
        "\(Wording.counted(testCases, "test case")) in imagesTs \(testCases == 1 ? "is" : "are") not loaded.")
    }
    if FilePath.kind(of: FilePath.joined(folder, "splits_final.json")) == .file {
      lines.append("splits_final.json found; to use it, set 'split: {file: ...}'.")
    }
    return lines
  }
}
