import ArgumentParser
import Datasets
import ScanIO

/// The options that set how a scan is read where its file allows several readings.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Meaning of a fourth dimension: channels, or time with --frame (default: an error, except in info).",
      valueName: "meaning"))
  var fourthDimension: ScanReading.FourthDimension?

  @Option(
    help: ArgumentHelp("Time point to read, from 0; needs --fourth-dimension time (default: none).", valueName: "n"))
  var frame: Int?

  @Option(
    help: ArgumentHelp(
      "Affine of a NIfTI file: automatic, sform, qform or pixdim (voxel sizes only).", valueName: "source"))
  var affine = ReadingChoices.AffineChoice.automatic

  @Option(
    help: ArgumentHelp("Alpha channel of a PNG or TIFF: automatic (drop if opaque), drop or keep.", valueName: "choice")
  )
  var alpha = ReadingChoices.AlphaChoice.automatic

  @Flag(help: "Skip files of a DICOM folder that cannot be read, with a warning (default: an error).")
  var skipUnreadable = false

  func validate() throws {
    if fourthDimension == .time, frame == nil {
      throw ValidationError("--fourth-dimension time needs --frame (time point, from 0)")
    }
    if let frame, fourthDimension != .time {
      throw ValidationError("--frame is \(frame); --frame needs --fourth-dimension time")
    }
    if let frame, frame < 0 { throw ValidationError("--frame is \(frame); expected 0 or more") }
  }

  /// The options as reading choices.
  var choices: ReadingChoices {
    let further: ReadingChoices.FurtherDimension? =
      fourthDimension == .channels ? .channels : frame.map { .frame($0) }
    return ReadingChoices(
      affine: affine, furtherDimension: further, alpha: alpha, skipsUnreadable: skipUnreadable, advice: .options)
  }
}

extension ScanReading.FourthDimension: ExpressibleByArgument {}
extension ReadingChoices.AffineChoice: ExpressibleByArgument {}
extension ReadingChoices.AlphaChoice: ExpressibleByArgument {}
