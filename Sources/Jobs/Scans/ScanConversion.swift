import Files
import Foundation
import ScanIO
import Volumes

/// Writes a scan in another format, orientation or spacing: `segment convert`.
public struct ScanConversion {
  private let input: URL
  private let output: URL
  private let orientation: Orientation?
  private let spacingMM: SIMD3<Double>?
  private let interpolation: Interpolation
  private let choices: ReadingChoices
  private let overwrites: Bool

  /// - Parameters:
  ///   - orientation: Axis codes such as `RAS`; nil: as the scan has them.
  ///   - spacing: Three lengths in millimetres with commas between; nil: as the scan has it.
  ///   - order: 0 nearest, 1 linear, 3 cubic B-spline.
  ///   - choices: How the scan is read where its file leaves a choice.
  ///   - overwrites: Whether a file that this program did not write may be replaced.
  /// - Throws: `JobError.option` for what cannot be understood.
  public init(
    input: URL, output: URL, orientation: String?, spacing: String?, order: Int,
    choices: ReadingChoices = ReadingChoices(), overwrites: Bool = false
  ) throws {
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
      guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw JobError.option(name: "--spacing", expected: "three lengths above 0, such as 1,1,1", found: text)
      }
      return SIMD3(numbers[0], numbers[1], numbers[2])
    }
    guard let interpolation = [0: Interpolation.nearest, 1: .linear, 3: .cubic][order] else {
      throw JobError.option(name: "--order", expected: "0, 1 or 3", found: "\(order)")
    }
    self.interpolation = interpolation
  }

  /// Reads, turns, resamples and writes, and returns what a person should know of how the scan was understood. Values keep
  /// their type where it can hold them.
  public func run() throws -> [ScanNote] {
    let file = try OutputFile(
      output, inputs: ScanFile.parts(of: input), origin: FileOrigin(command: "convert"),
      replacesForeignFiles: overwrites)
    let scan = try ScanFile.read(input, choices: choices, turnedTo: orientation)
    var volume = scan.volume
    if spacingMM != nil, volume.grid.unit == .pixels {
      throw JobError.scanDoesNotFit(
        file: input.path, expected: "a scan with a physical size for --spacing", found: "pixels")
    }
    if let spacingMM {
      let target = try volume.grid.resampled(toSpacing: spacingMM)
      try volume.requireMemory(
        toResampleTo: target, interpolation: PerAxis(interpolation), name: input.path,
        remedy: "choose a larger --spacing")
      volume = volume.resampled(to: target, interpolation: interpolation)
    }
    try ScanFile.write(volume, datatype: datatype(of: scan, volume), to: file.target(), like: source(scan))
    return scan.header.notes
  }

  /// What the file written takes over. Where its place was chosen, that is compared with the place that other programs
  /// see, so that they find the scan where it was read.
  private func source(_ scan: Scan) -> ScanHeader? {
    choices.affine == .automatic ? scan.header : try? ScanFile.readHeader(input)
  }

  /// The scan's own type, unless values have come out that it cannot hold exactly.
  private func datatype(of scan: Scan, _ volume: Volume) -> ScanDatatype {
    let isFloat = scan.header.datatype == .float32 || scan.header.datatype == .float64
    if isFloat || volume.voxels.allSatisfy({ $0 == $0.rounded() }) { return scan.header.datatype }
    return ScanFormat(fileName: output.lastPathComponent) == .png ? scan.header.datatype : .float32
  }
}
