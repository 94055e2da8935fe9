import ScanIO

/// How the scans of a data set are read, where their files leave a choice: the same in training, evaluation and
/// prediction.
public struct ScanReading: Hashable, Sendable {
  /// How a label or a further image on another grid than the case's first image is handled.
  public enum MismatchPolicy: String, Codable, Hashable, Sendable, CaseIterable {
    /// It is an error.
    case error
    /// It is resampled to the first image's grid: labels by the linear shares of the classes, images
    /// linearly.
    case resample
  }

  /// The meaning of a fourth dimension.
  public enum FourthDimension: String, Codable, Hashable, Sendable, CaseIterable {
    /// Several values of a voxel.
    case channels
    /// Points of time, of which one is read.
    case time
  }

  /// What every file is read with.
  public var choices: ReadingChoices
  /// The size of the pixels of images whose files do not know it, such as PNG, in millimetres; nil: unknown.
  public var pixelSpacingMM: SIMD2<Double>?
  /// What is done with files of a case on other grids.
  public var onMismatch: MismatchPolicy

  /// Makes a reading; without arguments the one that guesses and changes nothing.
  public init(
    choices: ReadingChoices = ReadingChoices(), pixelSpacingMM: SIMD2<Double>? = nil,
    onMismatch: MismatchPolicy = .error
  ) {
    self.choices = choices
    self.pixelSpacingMM = pixelSpacingMM
    self.onMismatch = onMismatch
  }

  /// The settings other than the defaults, for people: `affine qform`, `fourth dimension time, frame 3`.
  public var departures: [String] {
    var texts: [String] = []
    if choices.affine != .automatic { texts.append("affine \(choices.affine.rawValue)") }
    switch choices.furtherDimension {
    case nil: break
    case .channels: texts.append("fourth dimension channels")
    case .frame(let frame): texts.append("fourth dimension time, frame \(frame)")
    }
    if choices.skipsUnreadable { texts.append("unreadable files skipped") }
    if choices.alpha != .automatic { texts.append("alpha \(choices.alpha.rawValue)") }
    if let pixelSpacingMM {
      texts.append("pixels of \(Wording.rounded(pixelSpacingMM.x)) x \(Wording.rounded(pixelSpacingMM.y)) mm")
    }
    if onMismatch != .error { texts.append("on mismatch \(onMismatch.rawValue)") }
    return texts
  }
}

extension ScanReading: Codable {
  private enum CodingKeys: String, CodingKey {
    case affine, frame, alpha
    case fourthDimension = "fourth_dimension"
    case pixelSpacingMM = "pixel_spacing_mm"
    case skipsUnreadable = "skip_unreadable"
    case onMismatch = "on_mismatch"
  }

  /// Reads a reading; what is not there is as `init(choices:pixelSpacingMM:onMismatch:)` has it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    choices.affine = try values.decodeIfPresent(ReadingChoices.AffineChoice.self, forKey: .affine) ?? .automatic
    choices.alpha = try values.decodeIfPresent(ReadingChoices.AlphaChoice.self, forKey: .alpha) ?? .automatic
    switch try values.decodeIfPresent(FourthDimension.self, forKey: .fourthDimension) {
    case nil: break
    case .channels: choices.furtherDimension = .channels
    case .time:
      let frame = try values.decode(Int.self, forKey: .frame)
      guard frame >= 0 else {
        throw DecodingError.dataCorruptedError(
          forKey: .frame, in: values, debugDescription: "expected a number of at least 0, found \(frame)")
      }
      choices.furtherDimension = .frame(frame)
    }
    choices.skipsUnreadable = try values.decodeIfPresent(Bool.self, forKey: .skipsUnreadable) ?? false
    if let sizes = try values.decodeIfPresent([Double].self, forKey: .pixelSpacingMM) {
      guard sizes.count == 2, sizes.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .pixelSpacingMM, in: values, debugDescription: "expected two numbers above 0, found \(sizes)")
      }
      pixelSpacingMM = SIMD2(sizes[0], sizes[1])
    }
    onMismatch = try values.decodeIfPresent(MismatchPolicy.self, forKey: .onMismatch) ?? .error
  }

  /// Writes every choice; those that were not made are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(choices.affine, forKey: .affine)
    try values.encode(choices.alpha, forKey: .alpha)
    switch choices.furtherDimension {
    case nil: break
    case .channels: try values.encode(FourthDimension.channels, forKey: .fourthDimension)
    case .frame(let frame):
      try values.encode(FourthDimension.time, forKey: .fourthDimension)
      try values.encode(frame, forKey: .frame)
    }
    // Left out where it is false: files written before it was a choice are the same.
    if choices.skipsUnreadable { try values.encode(true, forKey: .skipsUnreadable) }
    try values.encodeIfPresent(pixelSpacingMM.map { [$0.x, $0.y] }, forKey: .pixelSpacingMM)
    try values.encode(onMismatch, forKey: .onMismatch)
  }
}
