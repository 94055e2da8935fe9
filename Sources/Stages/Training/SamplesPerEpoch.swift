/// How many samples an epoch of a training has.
///
/// An epoch is also the time between two validations: of few slices, it would have few steps, and most of a training's time
/// would go into validation. And what does not fill a last batch is left out of an epoch.
package enum SamplesPerEpoch: Equatable, Sendable, CustomStringConvertible {
  /// Full batches: as many as show each slice (or place of a window) once, and at least `leastSteps`, or
  /// `leastStepsOfPatches`.
  case automatic
  /// Each slice once.
  case all
  /// A number; slices beyond the first pass come again.
  case count(Int)

  /// The least steps of an epoch whose length is automatic.
  package static let leastSteps = 50
  /// The same where the network sees patches of volumes, whose validation in overlapping windows takes as long as that of
  /// many patches. Source: Isensee et al., "nnU-Net", Nature Methods 18, 2021, supplementary note 2.
  package static let leastStepsOfPatches = 250

  /// Reads a number of at least 1, or one of the words.
  package init?(_ text: String) {
    switch text {
    case "automatic": self = .automatic
    case "all": self = .all
    default:
      guard let count = Int(text), count >= 1 else { return nil }
      self = .count(count)
    }
  }

  /// As files have it.
  package var description: String {
    switch self {
    case .automatic: "automatic"
    case .all: "all"
    case .count(let count): "\(count)"
    }
  }

  /// The number of samples.
  ///
  /// - Parameters:
  ///   - sites: The slices, or places, that samples are taken from; at least 1.
  ///   - batch: The samples of a step.
  ///   - arePatches: Whether they are patches of volumes.
  package func samples(ofSites sites: Int, batch: Int, arePatches: Bool = false) -> Int {
    switch self {
    case .automatic:
      max(arePatches ? Self.leastStepsOfPatches : Self.leastSteps, (sites - 1) / batch + 1) * batch
    case .all: sites
    case .count(let count): count
    }
  }

  /// The fewest steps of an epoch, for any number of slices or places.
  func leastSteps(batch: Int) -> Int {
    switch self {
    case .automatic: Self.leastSteps
    case .all: 1
    case .count(let count): count / min(batch, count)
    }
  }
}
