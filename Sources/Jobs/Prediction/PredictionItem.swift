import Datasets
import Foundation
import Pipelines
import ScanIO

/// A case to be predicted, and the name that its prediction gets.
package struct PredictionItem: Sendable {
  /// What messages call it.
  let name: String
  /// The files of its scan, in the order of their channels.
  package let images: [URL]
  /// Relative to the output folder, sub-folders kept.
  package let outputName: String
  /// What tables call it: its name without the ending of a file, sub-folders kept.
  var caseName: String {
    let file = URL(filePath: name, relativeTo: nil).lastPathComponent
    return name.dropLast(file.count) + ScanFormat.baseName(of: file)
  }

  /// The name of the file of its probabilities, beside that of its labels.
  var probabilitiesName: String { Self.probabilitiesName(ofOutput: outputName) }

  /// The name of the file of probabilities of a data set's case.
  package static func probabilitiesName(of item: Dataset.Case) -> String {
    probabilitiesName(ofOutput: outputName(of: item))
  }

  private static func probabilitiesName(ofOutput outputName: String) -> String {
    let file = URL(filePath: outputName, relativeTo: nil).lastPathComponent
    return outputName.dropLast(file.count) + ScanFormat.baseName(of: file) + probabilitiesEnding
  }

  /// What the name of a file of probabilities has in place of the ending of the labels'.
  static let probabilitiesEnding = "_probabilities.nii.gz"

  /// The names of all files that are written.
  func outputNames(_ probabilities: ProbabilityFormat) -> [String] {
    [outputName] + (probabilities == .none ? [] : [probabilitiesName])
  }

  /// A file that is missing from the scan; nil where none is known to be.
  var missingImage: String?

  package init(name: String, images: [URL], outputName: String) {
    (self.name, self.images, self.outputName) = (name, images, outputName)
  }

  /// The name of an image's prediction: its own; of files that are only read with `.nii.gz`.
  ///
  /// - Parameter dropsChannel: Whether the channel number at its end, as nnU-Net writes it, is no part of the case's
  ///   name: `a_0000.nii.gz` becomes `a.nii.gz`.
  private static func outputName(of imageName: String, dropsChannel: Bool) -> String {
    let file = URL(filePath: imageName, relativeTo: nil).lastPathComponent
    let stem = ScanFormat.baseName(of: file)
    let name = dropsChannel ? ChannelNumber(fileName: file)?.caseName ?? stem : stem
    return imageName.dropLast(file.count) + ScanFormat.writtenName(of: name + file.dropFirst(stem.count))
  }

  /// The name of the prediction of a data set's case: that of its first image, without nnU-Net's channel number unless
  /// the case's own name ends in it.
  package static func outputName(of item: Dataset.Case) -> String {
    outputName(ofCase: item.id, firstImage: item.images[0].name)
  }

  /// The name of the prediction of the case of this name, of which this is the first image.
  package static func outputName(ofCase id: String, firstImage image: String) -> String {
    let stem = ScanFormat.baseName(of: URL(filePath: image, relativeTo: nil).lastPathComponent)
    return outputName(of: image, dropsChannel: !id.hasSuffix(stem))
  }

  /// The names that predictions of these scans may have; which of them is known from the model.
  package static func possibleOutputNames(of scans: [ScanFolder.Item]) -> Set<String> {
    Set(scans.flatMap { scan in [false, true].map { outputName(of: scan.name, dropsChannel: $0) } })
  }
}

extension PredictionItem {
  /// The scans of a folder as cases for a model of so many channels.
  ///
  /// Where a model has several, files that have fewer and end in nnU-Net's channel numbers make one case together; where
  /// a single such file is asked for, with those beside it. Other files are cases of their own. One of these that ends
  /// in `_0000` gives a prediction without this number, unless there is a scan whose name differs from it in the number
  /// alone.
  package static func items(
    _ scans: [ScanFolder.Item], channels: Int, choices: ReadingChoices, log: RunLog
  ) throws -> [PredictionItem] {
    func isPart(_ scan: ScanFolder.Item) -> Bool {
      guard channels > 1, scan.numbered != nil else { return false }
      // What cannot be read is found again, and listed, where it is predicted.
      let header = try? ScanFile.readHeader(scan.url, choices: choices)
      return header.map { $0.channels < channels } ?? true
    }
    let isOnePart = scans.count == 1 && isPart(scans[0])
    let scans = isOnePart ? try ScanFolder.channels(beside: scans[0]) : scans
    var wholes: [String: [ScanFolder.Item]] = [:]
    var cases: [(parts: [Int: ScanFolder.Item], whole: ScanFolder.Item?, key: String)] = []
    var places: [String: Int] = [:]
    for scan in scans {
      let key = scan.numbered?.key ?? scan.name
      guard isPart(scan), let number = scan.numbered?.number else {
        wholes[key, default: []].append(scan)
        cases.append(([:], scan, key))
        continue
      }
      if let place = places[key] {
        cases[place].parts[number] = scan
      } else {
        places[key] = cases.count
        cases.append(([number: scan], nil, key))
      }
    }
    if channels == 1 { warn(of: wholes.values.map { $0.filter { $0.numbered != nil } }.filter { $0.count > 1 }, log) }
    return cases.map { parts, whole, key in
      guard let whole else { return PredictionItem(key: key, files: parts) }
      let dropsChannel = whole.numbered?.number == 0 && wholes[key]!.count == 1
      return PredictionItem(
        name: whole.name, images: [whole.url], outputName: outputName(of: whole.name, dropsChannel: dropsChannel))
    }
  }

  private static func warn(of groups: [[ScanFolder.Item]], _ log: RunLog) {
    guard let first = groups.min(by: { $0[0].name < $1[0].name }) else { return }
    log.warning(
      "\(groups.map(\.count).reduce(0, +)) scans end in numbers as the channels of one case do "
        + "(\(first.prefix(3).map(\.name).joined(separator: ", "))\(first.count > 3 ? ", ..." : "")), but the model has "
        + "one channel: each is predicted as a scan of its own. To predict one channel alone, use a pattern as input: "
        + "'*_0000.nii.gz'")
  }
}

extension ScanFolder.Item {
  /// The name without nnU-Net's channel number, and the number; nil for a name without one.
  fileprivate var numbered: (key: String, number: Int)? {
    let file = url.lastPathComponent
    guard let number = ChannelNumber(fileName: file) else { return nil }
    let stem = ScanFormat.baseName(of: file)
    return (name.dropLast(file.count) + number.caseName + file.dropFirst(stem.count), number.number)
  }
}

extension PredictionItem {
  /// A case of files by the numbers of their channels.
  private init(key: String, files: [Int: ScanFolder.Item]) {
    let numbers = files.keys.sorted()
    images = numbers.compactMap { files[$0]?.url }
    outputName = Self.outputName(of: key, dropsChannel: false)
    name = files.count == 1 ? files[numbers[0]]?.name ?? key : key
    if let gap = numbers.indices.first(where: { numbers[$0] != $0 }) {
      let stem = ScanFormat.baseName(of: key)
      missingImage = stem + ChannelNumber.suffix(gap) + key.dropFirst(stem.count)
    }
  }
}
