import ArgumentParser
import Datasets
import ScanIO

/// The options of the commands that read a scan, where its file leaves a choice.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What a fourth dimension stands for: channels or time, with --frame.", valueName: "meaning"))
  var fourthDimension: ScanReading.FourthDimension?

  @Option(help: ArgumentHelp("The point of time to read, from 0.", valueName: "n"))
  var frame: Int?

  @Option(help: ArgumentHelp("Where NIfTI voxels stand: automatic, sform, qform or pixdim.", valueName: "source"))
  var affine = ReadingChoices.AffineChoice.automatic

  @Option(help: ArgumentHelp("What becomes of an alpha channel: automatic, drop or keep.", valueName: "choice"))
  var alpha = ReadingChoices.AlphaChoice.automatic

  @Flag(help: "Leaves out files of a DICOM folder that cannot be read, with a warning; else the series is refused.")
  var skipUnreadable = false

  func validate() throws {
    if fourthDimension == .time, frame == nil {
      throw ValidationError("--fourth-dimension time needs --frame, the point of time to read, from 0")
    }
    if let frame, fourthDimension != .time {
      throw ValidationError("--frame is \(frame), which means something beside --fourth-dimension time alone")
    }
    if let frame, frame < 0 { throw ValidationError("--frame is \(frame); expected 0 or more") }
  }

  /// What the options say.
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
