import Configurations

/// How probabilities are predicted, and whether they are written.
public struct PredictionConfiguration: Configuration {
  /// The share of a window that its neighbours see too, at least; of 3-D networks, since 2-D ones see whole slices.
  public var overlap = 0.5
  /// Whether probabilities are the mean of those of mirrored windows.
  public var mirrors = false
  /// How probabilities are written beside the labels.
  public var probabilities = ProbabilityFormat.none

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<PredictionConfiguration>] = [
    .number(
      "overlap", \.overlap, .within(0...0.9), absent: 0.5,
      "least share of a window's length that the next window covers again (in large volumes, 0.75 takes up to 8 times as long "
        + "as 0.5); 2-D networks see whole slices, without windows"
    ),
    .flag(
      "mirror", \.mirrors, absent: false,
      "test-time augmentation: each window is also seen mirrored along each combination of its axes, and the probabilities "
        + "are averaged; takes 4 times as long in 2-D, 8 times in 3-D"),
    .choice(
      "probabilities", \.probabilities, absent: ProbabilityFormat.none,
      "also writes the probabilities of the classes on the scan's grid, as `NAME_probabilities.nii.gz` with a volume a "
        + "class: in 8 bits (`uint8`) or in 32 (`float`)"),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// What differs from the defaults, and changes the labels.
  ///
  /// - Parameter seesWindows: Whether a network sees windows, not whole slices.
  func labelSettings(seesWindows: Bool) -> [String: String] {
    var settings: [String: String] = [:]
    let usual = PredictionConfiguration()
    if seesWindows, overlap != usual.overlap { settings["overlap"] = "\(overlap)" }
    if mirrors { settings["mirror"] = "true" }
    return settings
  }
}

/// How probabilities are stored in files.
public enum ProbabilityFormat: String, CaseIterable, Codable, Sendable {
  /// They are not.
  case none
  /// In 8 bits: the nearest multiple of 1/255.
  case uint8
  /// As 32-bit floating-point numbers.
  case float
}
