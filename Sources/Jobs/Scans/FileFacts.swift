import Files
import Foundation
import ScanIO
import Volumes

/// The description of a scan or a model file: `segment info`.
public struct FileFacts {
  private enum Subject {
    case scan(ScanFacts)
    case model(ModelFacts)
  }

  private let subject: Subject

  /// Reads a file.
  ///
  /// A scan of a further dimension, of which the choices say nothing, is described with all its frames.
  /// - Throws: `ScanError`; for a name that ends in .safetensors `NetworkError`, `JobError.notAModel`.
  public init(of url: URL, choices: ReadingChoices = ReadingChoices()) throws {
    if url.pathExtension == "safetensors" {
      subject = .model(try ModelFacts(of: url))
    } else {
      let header = try Self.header(of: url, choices)
      var choices = choices
      choices.furtherDimension = choices.furtherDimension ?? .channels
      // 32-bit floats do not tell all numbers of these types apart.
      let isWide = header.datatype.byteCount > 2 && header.datatype != .float32
      subject = .scan(
        ScanFacts(
          try ScanFile.read(url, choices: choices),
          exact: isWide ? try ScanFile.readStored(url, choices: choices).volume.survey() : nil,
          channels: header.channels, file: url.relativePath, advice: choices.advice))
    }
  }

  private static func header(of url: URL, _ choices: ReadingChoices) throws -> ScanHeader {
    do {
      return try ScanFile.readHeader(url, choices: choices)
    } catch let error as ScanError {
      guard case .unknownFormat = error else { throw error }
      throw JobError.unknownFile("\(error)")
    }
  }

  /// The facts as JSON.
  public var json: String {
    get throws {
      let data =
        switch subject {
        case .scan(let facts): try CanonicalJSON.data(of: facts)
        case .model(let facts): try CanonicalJSON.data(of: facts)
        }
      return String(decoding: data.dropLast(), as: UTF8.self)
    }
  }

  /// The facts as lines for people.
  public var text: String {
    switch subject {
    case .scan(let facts): facts.text
    case .model(let facts): facts.text
    }
  }
}

/// The facts of a scan; the JSON keys are part of the command's contract.
private struct ScanFacts: Encodable {
  let file: String
  let format: String
  let size: [Int]
  let channels: Int
  /// The length of a fourth dimension of unknown meaning; 1 if there is none.
  let frames: Int
  /// Nil where the file knows no physical size.
  let spacingMM: [Double]?
  /// The rows of the 4 x 4 matrix.
  let affine: [[Double]]
  let affineSource: String
  let orientation: String?
  let datatype: String
  /// Over the finite values; nil where there is none.
  let minimum: Double?
  let maximum: Double?
  let mean: Double?
  let nonFinite: Int
  /// What a person should know of how the file was understood.
  let notes: [String]
  /// Which of the notes mean that a person should look; for people alone.
  let areWarnings: [Bool]

  enum CodingKeys: String, CodingKey {
    case file, format, size, channels, frames, affine, orientation, datatype, minimum, maximum, mean, notes
    case spacingMM = "spacing_mm"
    case affineSource = "affine_source"
    case nonFinite = "non_finite"
  }

  /// - Parameters:
  ///   - exact: The values where the scan's floats do not hold them.
  ///   - channels: As the file's header has them with the choices that were made.
  init(_ scan: Scan, exact: ValueSurvey?, channels: Int, file: String, advice: Advice) {
    let grid = scan.volume.grid
    let columns = grid.affine.columns
    let isPhysical = grid.unit == .millimetres
    self.file = file
    format = scan.header.format.rawValue
    size = [grid.size.width, grid.size.height, grid.size.depth]
    frames = scan.header.frames
    self.channels = frames > 1 ? channels : scan.volume.channels
    spacingMM = isPhysical ? [grid.spacing.x, grid.spacing.y, grid.spacing.z] : nil
    affine =
      (0..<3).map { [columns.i[$0], columns.j[$0], columns.k[$0], grid.affine.translation[$0]] } + [[0, 0, 0, 1]]
    affineSource = scan.header.affineSource.rawValue
    orientation = scan.header.orientation.map { "\($0)" }
    datatype = scan.header.datatype.rawValue
    let finite = scan.volume.voxels.lazy.filter(\.isFinite)
    minimum = exact.map(\.minimum) ?? finite.min().map(Double.init)
    maximum = exact.map(\.maximum) ?? finite.max().map(Double.init)
    let count = scan.volume.voxels.count - scan.nonFiniteCount
    mean = exact.map { $0.mean } ?? (count > 0 ? finite.reduce(0.0) { $0 + Double($1) } / Double(count) : nil)
    nonFinite = scan.nonFiniteCount
    notes = scan.header.notes.map { $0.text(advice: advice) }
    areWarnings = scan.header.notes.map(\.isWarning)
  }

  var text: String {
    func number(_ value: Double?) -> String {
      value.map { $0 == $0.rounded() && abs($0) < 0x1p53 ? "\(Int($0))" : String(format: "%g", $0) } ?? "none"
    }
    func row(_ values: [Double]) -> String { values.map { String(format: "%10.4f", $0) }.joined(separator: " ") }
    var lines = [
      "file         \(file)", "format       \(format)",
      "size         \(size.map(String.init).joined(separator: " x "))",
      "channels     \(channels)"
        + (frames > 1 ? ", \(frames) frames in a fourth dimension (channels or time points)" : ""),
      "spacing      \(spacingMM.map { $0.map { number($0) }.joined(separator: " x ") + " mm" } ?? "unknown")",
      "orientation  \(orientation ?? "unknown")", "datatype     \(datatype)",
      "values       \(number(minimum)) to \(number(maximum)), mean \(number(mean))",
      "affine       (from \(affineSource))",
    ]
    lines += affine.map { "             " + row($0) }
    if nonFinite > 0 { lines.append("warning      \(nonFinite) values are NaN or infinite") }
    lines += zip(notes, areWarnings).map { ($1 ? "warning      " : "note         ") + $0 }
    return lines.joined(separator: "\n")
  }
}
