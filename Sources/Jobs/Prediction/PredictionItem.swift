import Datasets
import Foundation
import ScanIO

/// A case to be predicted, and the name that its prediction gets.
package struct PredictionItem {
  /// What messages call it.
  let name: String
  /// The files of its scan, in the order of their channels.
  package let images: [URL]
  /// Relative to the output folder, sub-folders kept.
  package let outputName: String
  /// A file that is missing from the scan; nil where none is known to be.
  var missingImage: String?

  package init(name: String, images: [URL], outputName: String) {
    (self.name, self.images, self.outputName) = (name, images, outputName)
  }

  /// The name of an image's prediction: its own, without nnU-Net's channel number; of files that are only read
  /// with `.nii.gz`.
  package static func outputName(of imageName: String) -> String {
    let file = URL(filePath: imageName, relativeTo: nil).lastPathComponent
    let stem = ScanFormat.baseName(of: file)
    let number = ChannelNumber(fileName: file)
    let name = number?.number == 0 ? number?.caseName ?? stem : stem
    return imageName.dropLast(file.count) + ScanFormat.writtenName(of: name + file.dropFirst(stem.count))
  }
}

extension PredictionItem {
  /// The scans of a folder as cases for a model of so many channels.
  ///
  /// Where a model has several, files that have fewer and end in nnU-Net's channel numbers make one case together; where
  /// a single such file is asked for, with those beside it.
  package static func items(_ scans: [ScanFolder.Item], channels: Int, choices: ReadingChoices) throws
    -> [PredictionItem]
  {
    guard channels > 1 else { return scans.map(PredictionItem.init) }
    func partNumber(_ scan: ScanFolder.Item) -> ChannelNumber? {
      // What cannot be read is found again, and listed, where it is predicted.
      let header = try? ScanFile.readHeader(scan.url, choices: choices)
      return header.map({ $0.channels < channels }) ?? true
        ? ChannelNumber(fileName: scan.url.lastPathComponent) : nil
    }
    let isOnePart = scans.count == 1 && partNumber(scans[0]) != nil
    let scans = isOnePart ? try ScanFolder.channels(beside: scans[0]) : scans
    var items: [(key: String, files: [Int: ScanFolder.Item])] = []
    var places: [String: Int] = [:]
    for scan in scans {
      guard let number = partNumber(scan) else {
        items.append((scan.name, [0: scan]))
        continue
      }
      let folder = scan.name.dropLast(scan.url.lastPathComponent.count)
      let ending = scan.url.lastPathComponent.dropFirst(number.caseName.count + 5)
      let key = String(folder) + number.caseName + String(ending)
      if let place = places[key] {
        items[place].files[number.number] = scan
      } else {
        places[key] = items.count
        items.append((key, [number.number: scan]))
      }
    }
    return items.map { PredictionItem(key: $0.key, files: $0.files) }
  }

  private init(_ scan: ScanFolder.Item) {
    self.init(name: scan.name, images: [scan.url], outputName: Self.outputName(of: scan.name))
  }

  /// A case of files by the numbers of their channels.
  private init(key: String, files: [Int: ScanFolder.Item]) {
    let numbers = files.keys.sorted()
    images = numbers.compactMap { files[$0]?.url }
    outputName = Self.outputName(of: key)
    name = files.count == 1 ? files[numbers[0]]?.name ?? key : key
    if let gap = numbers.indices.first(where: { numbers[$0] != $0 }) {
      let stem = ScanFormat.baseName(of: key)
      missingImage = stem + ChannelNumber.suffix(gap) + key.dropFirst(stem.count)
    }
  }
}
