import Foundation
import Volumes

/// Reads DICOM: the only series of images in a folder, or the slice or frames of a single file.
///
/// Slices are put in order by their positions, and their values scaled by their own slope and intercept; MONOCHROME1 is
/// left as stored, dark where values are high. World coordinates are turned from left, posterior, superior to right,
/// anterior, superior. Of texts only the series' description is kept: no name, date or number of a patient.
struct DICOMReader: ScanReader {
  private let file: String
  private let series: DICOMSeries
  private let choices: ReadingChoices
  private let leftOut: [String]
  private let unreadable: [UnreadableFile]
  /// Whether this is one file of a series whose other files are beside it.
  private let isOneOfSeries: Bool

  /// Reads the headers of the files, and checks them.
  ///
  /// - Throws: `ScanError`.
  init(_ url: URL, choices: ReadingChoices) throws {
    file = url.path
    self.choices = choices
    if RegularFile.isFolder(file) {
      let folder = try DICOMFolder(url, skipsUnreadable: choices.skipsUnreadable, advice: choices.advice)
      (leftOut, unreadable) = (folder.leftOut, folder.unreadable)
      series = try DICOMSeries(folder.images)
      isOneOfSeries = false
    } else {
      guard let header = try DICOMFile(path: file) else {
        let head = try RegularFile(path: file).read(at: 0, count: 24)
        throw ScanError.notThisFormat(file: file, format: .dicom, looksLike: lookOfFirstBytes(head))
      }
      (leftOut, unreadable) = ([], [])
      series = try DICOMSeries([DICOMImage(header)])
      isOneOfSeries = series.grid.size.depth == 1 && header.hasNeighbour(beside: url)
    }
  }

  /// What the files say of the scan.
  func scanHeader() -> ScanHeader {
    let image = series.images[0]
    return ScanHeader(
      format: .dicom, grid: series.grid,
      channels: image.form.samples * (choices.furtherDimension == .channels ? series.frames : 1),
      frames: series.frames, datatype: datatype, description: image.description,
      affineSource: series.affineSource, notes: notes)
  }

  private var notes: [ScanNote] {
    (unreadable.isEmpty ? [] : [.unreadableFilesSkipped(unreadable)])
      + (leftOut.isEmpty ? [] : [.filesLeftOut(leftOut)])
      + (isOneOfSeries ? [.oneSliceOfSeries] : [])
  }

  /// Reads the voxels, slice by slice.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `ScanError.furtherDimension`, `.noSuchFrame`, `.truncated`, `.damaged`,
  ///   `.unreadable`, `.dicom`.
  func scan() throws -> Scan {
    try skippingUnreadable { reader in
      let (voxels, channels, nonFinite) = try reader.voxels(as: Float.self)
      return Scan(
        header: reader.scanHeader(), volume: Volume(grid: reader.series.grid, channels: channels, voxels: voxels),
        nonFiniteCount: nonFinite)
    }
  }

  /// Reads the voxels as numbers of 64 bits, where 32-bit floats would not hold them.
  ///
  /// - Throws: As `scan()`.
  func stored() throws -> StoredScan {
    let form = series.images[0].form
    let isWide = form.bitsAllocated > 16 || datatype == .int32 || datatype == .uint32
    guard isWide, !form.isFloat else { return StoredScan(try scan()) }
    return try skippingUnreadable { reader in
      let (voxels, channels, _) = try reader.voxels(as: Double.self)
      return StoredScan(
        header: reader.scanHeader(),
        volume: StoredVolume(
          grid: reader.series.grid, channels: channels, datatype: .float64,
          bytes: voxels.withUnsafeBytes { Array($0) }))
    }
  }

  /// Calls `read` with this series, and where files that cannot be read are skipped, without those whose pixels cannot.
  private func skippingUnreadable<Result>(_ read: (DICOMReader) throws -> Result) throws -> Result {
    do {
      return try read(self)
    } catch let error as ScanError where choices.skipsUnreadable && error.isDamage {
      let images = series.images.filter { $0.path != error.file }
      guard !images.isEmpty, images.count < series.images.count else { throw error }
      let skipped = UnreadableFile(name: error.file.fileName, reason: error.shortReason)
      return try DICOMReader(
        file: file, series: DICOMSeries(images), choices: choices, leftOut: leftOut,
        unreadable: (unreadable + [skipped]).sorted { $0.name < $1.name }
      ).skippingUnreadable(read)
    }
  }

  private init(
    file: String, series: DICOMSeries, choices: ReadingChoices, leftOut: [String], unreadable: [UnreadableFile]
  ) {
    (self.file, self.series, self.choices) = (file, series, choices)
    isOneOfSeries = false
    (self.leftOut, self.unreadable) = (leftOut, unreadable)
  }

  /// The values, how many a voxel has, and how many are not finite.
  private func voxels<Value: BinaryFloatingPoint>(as type: Value.Type) throws -> (
    values: [Value], channels: Int, nonFinite: Int
  ) {
    let chosen = try chosenSlices()
    let size = series.grid.size
    let samples = series.images[0].form.samples
    let channels = samples * (series.frames > 1 ? chosen.count : 1)
    let (voxels, nonFinite) = try VoxelMemory.reserving(
      file: file, size: size, channels: channels, valueBytes: MemoryLayout<Value>.stride,
      further: 2 * series.images[0].form.byteCount
    ) { try self.voxels(of: chosen, channels: channels, as: type) }
    return (voxels, channels, nonFinite)
  }

  /// The values of slices, and how many of them are not finite.
  private func voxels<Value: BinaryFloatingPoint>(
    of chosen: [DICOMSlice], channels: Int, as type: Value.Type
  ) throws -> ([Value], nonFinite: Int) {
    var nonFinite = 0
    let size = series.grid.size
    let samples = series.images[0].form.samples
    let count = size.count * channels
    let voxels = try [Value](unsafeUninitializedCapacity: count) { values, initialized in
      guard let base = values.baseAddress else { return }
      var pixels: (image: Int, reader: DICOMPixels)?
      for (index, slice) in chosen.enumerated() {
        if pixels?.image != slice.image {
          pixels = (slice.image, try DICOMPixels(series.images[slice.image]))
        }
        let place = series.frames > 1 ? index * samples : index * size.width * size.height * channels
        nonFinite += try pixels?.reader.load(slice, into: base + place, stride: channels) ?? 0
      }
      initialized = count
    }
    return (voxels, nonFinite)
  }

  private func chosenSlices() throws -> [DICOMSlice] {
    guard series.frames > 1 else { return series.slices }
    let size = series.grid.size
    switch choices.furtherDimension {
    case nil:
      throw ScanError.furtherDimension(
        file: file, sizes: [size.width, size.height, size.depth, series.frames], advice: choices.advice)
    case .channels: return series.slices
    case .frame(let frame):
      guard series.slices.indices.contains(frame) else {
        throw ScanError.noSuchFrame(file: file, frame: frame, frames: series.frames)
      }
      return [series.slices[frame]]
    }
  }

  /// The narrowest type of whole numbers that holds what the slopes and intercepts make, else float32.
  private var datatype: ScanDatatype {
    let form = series.images[0].form
    let intercepts = series.slices.map(\.intercept)
    guard !form.isFloat, series.slices.allSatisfy({ $0.slope == 1 }),
      intercepts.allSatisfy({ $0 == $0.rounded() && $0.magnitude < 1e9 }), let least = intercepts.min(),
      let most = intercepts.max()
    else { return .float32 }
    let range = pow(2, Double(form.bitsStored))
    let low = least - (form.isSigned ? range / 2 : 0)
    let high = most + (form.isSigned ? range / 2 : range) - 1
    let types: [(ScanDatatype, Double, Double)] = [
      (.uint8, 0, 255), (.int8, -128, 127), (.uint16, 0, 65535), (.int16, -32768, 32767), (.uint32, 0, 4_294_967_295),
      (.int32, -2_147_483_648, 2_147_483_647),
    ]
    let own = types.first { $0.0.byteCount * 8 == form.bitsAllocated && ($0.1 < 0) == form.isSigned }
    let fitting = ([own].compactMap { $0 } + types).first { low >= $0.1 && high <= $0.2 }
    return fitting?.0 ?? .float32
  }
}
