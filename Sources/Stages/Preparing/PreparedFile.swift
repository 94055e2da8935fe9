import Files
import Volumes

/// Where the parts of a prepared case are in its file: the voxels of the image, the labels, and the places of the foreground,
/// all as they are in memory.
struct PreparedLayout: Equatable {
  let imageBytes: Int
  let labelsOffset: Int
  let labelsBytes: Int
  let placesOffset: Int
  let placesBytes: Int

  init(size: GridSize, channels: Int, places: Int) {
    imageBytes = size.count * channels * MemoryLayout<Float>.stride
    labelsOffset = Self.aligned(imageBytes)
    labelsBytes = size.count
    placesOffset = Self.aligned(labelsOffset + labelsBytes)
    placesBytes = places * MemoryLayout<Int>.stride
  }

  /// The size of the file.
  var byteCount: Int { placesOffset + placesBytes }

  /// A part begins at a page, so that numbers are aligned, and parts can be asked for alone.
  private static func aligned(_ offset: Int) -> Int { (offset + 4095) & ~4095 }
}

/// The mapped file of a prepared case.
final class PreparedFile {
  private let file: MappedFile
  private let layout: PreparedLayout

  /// - Parameter file: Of the layout's size.
  init(_ file: MappedFile, layout: PreparedLayout) {
    precondition(file.bytes.count == layout.byteCount, "the file has the layout")
    (self.file, self.layout) = (file, layout)
  }

  /// The voxels of the image.
  var image: UnsafeBufferPointer<Float> { part(at: 0, layout.imageBytes) }
  /// The labels.
  var labels: UnsafeBufferPointer<UInt8> { part(at: layout.labelsOffset, layout.labelsBytes) }
  /// The table of places.
  var places: UnsafeBufferPointer<Int> { part(at: layout.placesOffset, layout.placesBytes) }

  private func part<Element: BitwiseCopyable>(at offset: Int, _ bytes: Int) -> UnsafeBufferPointer<Element> {
    UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + bytes]).assumingMemoryBound(to: Element.self)
  }

  /// Asks the system to read a region of the image and the labels.
  func prefetch(_ region: Region, of size: GridSize, channels: Int) {
    let voxelBytes = channels * MemoryLayout<Float>.stride
    for range in region.planeRanges(in: size) {
      file.prefetch(range.lowerBound * voxelBytes..<range.upperBound * voxelBytes)
      file.prefetch(layout.labelsOffset + range.lowerBound..<layout.labelsOffset + range.upperBound)
    }
  }

  /// The path.
  var path: String { file.path }
  /// Whether it has the size and the time that it had when it was mapped.
  var isUnchanged: Bool { file.isUnchanged }
}
