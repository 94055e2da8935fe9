import Files
import Foundation
import Machine
import ScanIO
import Volumes

/// Converts a scan to another format, orientation or spacing: `segment convert`.
public struct ScanConversion {
  private let input: URL
  private let output: URL
  private let orientation: Orientation?
  private let spacingMM: SIMD3<Double>?
  private let interpolation: Interpolation
  private let datatype: ScanDatatype?
  private let choices: ReadingChoices
  private let overwrites: Bool

  /// - Parameters:
  ///   - orientation: Axis codes such as `RAS`; nil: as the scan has them.
  ///   - spacing: Three lengths in millimetres with commas between; nil: as the scan has it.
  ///   - order: 0 nearest, 1 linear, 3 cubic B-spline.
  ///   - datatype: How values are stored; nil: as the scan has them, where that holds them.
  ///   - choices: How the scan is read where its file leaves a choice.
  ///   - overwrites: Whether a file that this program did not write may be replaced.
  /// - Throws: `JobError.option` for what cannot be understood.
  public init(
    input: URL, output: URL, orientation: String?, spacing: String?, order: Int,
    datatype: ScanDatatype? = nil, choices: ReadingChoices = ReadingChoices(), overwrites: Bool = false
  ) throws {
    self.datatype = datatype
    (self.choices, self.overwrites) = (choices, overwrites)
    self.input = input
    self.output = output
    self.orientation = try orientation.map { text in
      guard let orientation = Orientation(text) else {
        throw JobError.option(name: "--orientation", expected: "three axis codes such as RAS or LPS", found: text)
      }
      return orientation
    }
    spacingMM = try spacing.map { text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
      guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 && $0 <= 1e6 }) else {
        throw JobError.option(
          name: "--spacing", expected: "three lengths above 0 and at most 1000000, such as 1,1,1", found: text)
      }
      return SIMD3(numbers[0], numbers[1], numbers[2])
    }
    guard let interpolation = [0: Interpolation.nearest, 1: .linear, 3: .cubic][order] else {
      throw JobError.option(name: "--order", expected: "0, 1 or 3", found: "\(order)")
    }
    self.interpolation = interpolation
  }

  /// Reads, reorients, resamples and writes the scan; returns notes about how it was read and stored.
  ///
  /// Reorientation and nearest-neighbour interpolation keep every value exactly. Slope and
  /// intercept are applied. The type is the scan's own where it holds all values exactly, else the narrowest of whole
  /// numbers that does, else float32.
  /// - Throws: `ScanError`; `JobError.option` for a type that does not hold the values.
  public func run() throws -> [ConversionNote] {
    let file = try OutputFile(
      output, inputs: ScanFile.parts(of: input), origin: FileOrigin(command: "convert"),
      replacesForeignFiles: overwrites)
    let outputFormat = try ScanFile.writableFormat(of: output)
    var (header, volume, notes) = try converted()
    notes = header.notes.map { ConversionNote(text: $0.text(advice: choices.advice), isWarning: $0.isWarning) } + notes
    let target = try datatype ?? chosenType(of: header, volume, outputFormat)
    let stored: (volume: StoredVolume, roundedCount: Int)
    do throws(ScanIO.ValueProblem) {
      stored = try volume.converted(to: target, rounding: datatype != nil || outputFormat == .png)
    } catch {
      throw JobError.option(
        name: "--datatype",
        expected: "a type that can store every value"
          + (volume.survey().bestType.map { ", such as \($0.rawValue)" } ?? ""),
        found: "\(target.rawValue)', which cannot store the value '\(error.value)")
    }
    if target != header.datatype {
      let reason =
        volume.isScaled ? ", slope \(Self.text(volume.slope)) and intercept \(Self.text(volume.intercept)) applied" : ""
      notes.append(
        ConversionNote(text: "stored as \(target.rawValue), the input as \(header.datatype.rawValue)\(reason)"))
    }
    if stored.roundedCount > 0 {
      notes.append(
        ConversionNote(
          text: "\(stored.roundedCount) values were rounded, because \(target.rawValue) cannot store them exactly",
          isWarning: true))
    }
    header = try source(header)
    try ScanFile.write(stored.volume, to: file.target(), like: header)
    return notes
  }

  /// The scan's header, its reoriented and resampled voxels, and notes about changed values.
  private func converted() throws -> (header: ScanHeader, volume: StoredVolume, notes: [ConversionNote]) {
    if interpolation != .nearest, spacingMM != nil { return try interpolated() }
    let scan = try ScanFile.readStored(input, choices: choices)
    var volume = scan.volume
    if let orientation {
      try requireOrientation(scan.header)
      volume = volume.reoriented(to: orientation)
    }
    if let spacingMM {
      try requireMillimetres(volume.grid)
      let target = try volume.grid.resampled(toSpacing: spacingMM)
      try MemoryBudget.require(
        ByteCount.product(target.size.count, volume.channels, volume.datatype.byteCount),
        for: "\(input.path) at the new spacing (\(target.size) voxels)", remedy: Self.spacingRemedy)
      volume = volume.nearest(at: target)
    }
    return (scan.header, volume, [])
  }

  private func interpolated() throws -> (header: ScanHeader, volume: StoredVolume, notes: [ConversionNote]) {
    let scan = try ScanFile.read(input, choices: choices, turnedTo: orientation)
    if orientation != nil { try requireOrientation(scan.header) }
    try requireMillimetres(scan.volume.grid)
    guard let spacingMM else { preconditionFailure("there is a spacing") }
    let target = try scan.volume.grid.resampled(toSpacing: spacingMM)
    try scan.volume.requireMemory(
      toResampleTo: target, interpolation: PerAxis(interpolation), name: input.path, remedy: Self.spacingRemedy)
    let volume = scan.volume.resampled(to: target, interpolation: interpolation)
    let isWide = scan.header.datatype.byteCount >= 4 && scan.header.datatype != .float32
    let isLarge = isWide && scan.volume.voxels.contains { $0.magnitude > 0x1p24 && $0.isFinite }
    let note = ConversionNote(
      text: "values beyond 16777216 were interpolated as float32 and are not exact; --order 0 keeps them",
      isWarning: true
    )
    return (
      scan.header, StoredVolume(volume),
      (isLarge ? [note] : []) + (Self.looksLikeLabels(scan.volume) ? [Self.labelNote] : [])
    )
  }

  /// Whether a volume has few values, all of them whole numbers.
  private static func looksLikeLabels(_ volume: Volume) -> Bool {
    var values: Set<Float> = []
    for value in volume.voxels where !values.contains(value) {
      guard value == value.rounded(), values.count < mostLabels else { return false }
      values.insert(value)
    }
    return values.count > 1
  }

  private static let mostLabels = 16
  private static let labelNote = ConversionNote(
    text:
      "the scan has few values, all whole numbers, as labels have: --order 0 keeps them, interpolation makes others",
    isWarning: true)
  private static let spacingRemedy = "choose a larger --spacing"

  private func requireMillimetres(_ grid: Grid) throws {
    guard grid.unit == .pixels else { return }
    throw JobError.scanDoesNotFit(
      file: input.path, expected: "a scan with a physical size, as --spacing needs it", found: "pixels")
  }

  private func requireOrientation(_ header: ScanHeader) throws {
    guard header.orientation == nil else { return }
    throw JobError.option(
      name: "--orientation", expected: "none: \(input.relativePath) contains no anatomical orientation",
      found: orientation.map { "\($0)" } ?? "")
  }

  /// What the file written takes over. Where its place was chosen, that is compared with the place that other programs
  /// see, so that they find the scan where it was read.
  private func source(_ header: ScanHeader) throws -> ScanHeader {
    choices.affine == .automatic ? header : (try? ScanFile.readHeader(input)) ?? header
  }

  /// The type in which values are stored where none was asked for.
  private func chosenType(
    of header: ScanHeader, _ volume: StoredVolume, _ format: ScanFormat
  ) throws -> ScanDatatype {
    // Values that stay as they are need no looking at.
    if format != .png, !volume.isScaled, volume.datatype == header.datatype { return header.datatype }
    let survey = volume.survey()
    guard format == .png else {
      return survey.holds(header.datatype) ? header.datatype : survey.narrowestType
    }
    guard volume.grid.size.depth == 1 else {
      throw ScanError.severalSlices(file: output.path, count: volume.grid.size.depth)
    }
    let types = [header.datatype, .uint8, .uint16].filter { $0 == .uint8 || $0 == .uint16 }
    // What interpolation made of whole numbers is rounded to whole numbers.
    if let type = types.first(where: { survey.holds($0) }) { return type }
    let isInterpolated = spacingMM != nil && interpolation != .nearest
    if header.datatype == .uint8 || header.datatype == .uint16, isInterpolated { return header.datatype }
    throw ScanError.notStorable(
      file: output.path, format: .png, datatype: survey.narrowestType, channels: volume.channels)
  }

  private static func text(_ number: Double) -> String { String(format: "%g", number) }
}

/// A note about a conversion.
public struct ConversionNote: Sendable {
  /// What happened.
  public let text: String
  /// Whether the result may differ from what the user expects.
  public let isWarning: Bool

  init(text: String, isWarning: Bool = false) { (self.text, self.isWarning) = (text, isWarning) }
}
