import Datasets
import Pipelines
import ScanIO

extension ScanReading {
  /// Reads the keys `affine`, `fourth_dimension`, `frame`, `alpha`, `skip_unreadable`, `spacing_mm` and `on_mismatch`.
  package init(_ parameters: ParameterReader) throws {
    self.init()
    choices.affine = try parameters.choice("affine", default: .automatic)
    let dimension = try parameters.optionalChoice("fourth_dimension", of: FourthDimension.self)
    let frame = try parameters.optionalInt("frame", in: .atLeast(0))
    switch (dimension, frame) {
    case (nil, nil): break
    case (.channels, nil): choices.furtherDimension = .channels
    case (.time, let frame?): choices.furtherDimension = .frame(frame)
    case (.time, nil):
      try parameters.refuse("frame", expected: "a time point, from 0")
    case (_, _?):
      try parameters.refuse(
        "frame", expected: "'frame' only together with 'fourth_dimension: time'", comparedWith: ["fourth_dimension"])
    }
    choices.alpha = try parameters.choice("alpha", default: .automatic)
    // Not asked for where it is absent: stages of files without it keep their fingerprints.
    if parameters.has("skip_unreadable") { choices.skipsUnreadable = try parameters.bool("skip_unreadable") }
    let spacing = try parameters.optionalDoubles("spacing_mm", in: .above(0), count: 2...2)
    pixelSpacingMM = spacing.map { SIMD2($0[0], $0[1]) }
    onMismatch = try parameters.choice("on_mismatch", default: .error)
  }
}
