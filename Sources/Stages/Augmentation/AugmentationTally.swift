import Augmentations
import Jobs
import Synchronization

/// Counts how often transforms were reduced, on all threads.
final class AugmentationTally: Sendable {
  private let deformed = Atomic(0)
  private let restrained = Atomic(0)
  private let weakened = Atomic(0)

  /// Counts a transform as it was drawn, and as it was applied.
  func count(_ drawn: SpatialTransform, applied: SpatialTransform) {
    if drawn.elastic != nil || drawn.localZoom != nil { deformed.add(1, ordering: .relaxed) }
    if drawn.restraint < 1 { restrained.add(1, ordering: .relaxed) }
    if applied != drawn { weakened.add(1, ordering: .relaxed) }
  }

  /// The report since the last call; nil if no transform was reduced.
  func takeReport() -> String? {
    func take(_ counter: borrowing Atomic<Int>) -> Int { counter.exchange(0, ordering: .relaxed) }
    let (deformed, restrained, weakened) = (take(self.deformed), take(self.restrained), take(self.weakened))
    var parts: [String] = []
    if restrained > 0 {
      parts.append("\(restrained) of \(deformed) deformations reduced to avoid folding or too large displacements")
    }
    if weakened > 0 {
      parts.append("\(weakened) \(weakened == 1 ? "transform" : "transforms") reduced to keep foreground in the window")
    }
    return parts.isEmpty ? nil : "augmentation: " + parts.joined(separator: "; ")
  }
}
