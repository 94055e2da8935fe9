import Augmentations
import Datasets
import Files
import Foundation
import Machine
import Networks
import Pipelines
import ScanIO
import Volumes

/// A scan that augmented copies are made of: normalised for the changes of intensities, and written as the file had it.
package struct AugmentedScan {
  package let header: ScanHeader
  /// Normalised.
  package let image: Volume
  package let labels: LabelMap?
  private let classes: ClassMap?
  /// The mean and the standard deviation of each channel, which the normalisation removed.
  private let scales: [(mean: Double, deviation: Double)]

  /// - Throws: `DatasetError` for values that are not numbers; `source` is what messages call the image.
  package init(
    _ scan: CaseScan, labels: LabelMap?, classes: ClassMap?, normalisation: Normalisation, source: String
  ) throws(DatasetError) {
    var image = scan.volume
    let statistics = try normalisation.apply(to: &image, source: source)
    (header, self.image, self.labels, self.classes) = (scan.header, image, labels, classes)
    scales = statistics.map { own in
      normalisation == .zScore ? (own.mean, own.isConstant ? 0 : own.standardDeviation) : (0, 1)
    }
  }

  /// The ending of the names of its copies: pictures stay pictures, all else becomes NIfTI.
  package var nameEnding: String {
    switch header.format {
    case .png where image.channels <= 4: "png"
    case .tiff: "tif"
    default: "nii.gz"
    }
  }

  /// Writes an augmented copy: values of NIfTI files as 32-bit floats, of pictures as they were stored. What lies beyond the
  /// scan becomes its smallest value, and background.
  ///
  /// - Throws: `ScanError`, `AugmentationError`, `MachineError.notEnoughMemory`.
  package func write(
    _ drawn: Augmentation, choices: SamplingChoices, image target: any FileTarget, labels labelTarget: (any FileTarget)?
  ) throws {
    // The augmented image, spline coefficients of the image, and its values as they are stored; and the labels' values.
    try MemoryBudget.require(
      ByteCount.sum(
        ByteCount.product(3, image.voxels.count, MemoryLayout<Float>.stride),
        ByteCount.product(image.grid.size.count, MemoryLayout<Int>.stride)),
      for: "an augmented copy of \(image.grid.size) voxels")
    let made = try drawn.applied(
      to: image, labels: labels, outside: image.voxels.min() ?? 0, outsideLabel: 0, choices: choices,
      workers: Threads.count)
    let url = target.fileURL
    let isPicture = [.png, .tiff].contains(ScanFormat(fileName: url.lastPathComponent))
    let datatype = isPicture ? header.datatype : .float32
    try FileSystem.makeFolder(url.deletingLastPathComponent().path)
    try ScanFile.write(asStored(made.image, datatype), datatype: datatype, to: target, like: header)
    guard let labelTarget, let labels = made.labels, let classes else { return }
    try FileSystem.makeFolder(labelTarget.fileURL.deletingLastPathComponent().path)
    try classes.write(labels, to: labelTarget, like: header)
  }

  /// The values as the file had them before they were normalised, within what its type holds.
  private func asStored(_ image: Volume, _ datatype: ScanDatatype) -> Volume {
    var image = image
    let limits: ClosedRange<Float>? = datatype == .uint8 ? 0...255 : datatype == .uint16 ? 0...65535 : nil
    for channel in 0..<image.channels {
      let (mean, deviation) = scales[channel]
      for index in stride(from: channel, to: image.voxels.count, by: image.channels) {
        let value = Float(Double(image.voxels[index]) * deviation + mean)
        image.voxels[index] = limits.map { min(max(value.rounded(), $0.lowerBound), $0.upperBound) } ?? value
      }
    }
    return image
  }
}
