import Augmentations
import Jobs
import Synchronization

/// How often an augmentation had to be held back, counted on all threads.
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

  /// What there is to tell since the last time; nil where nothing was held back.
  func takeReport() -> String? {
    func take(_ counter: borrowing Atomic<Int>) -> Int { counter.exchange(0, ordering: .relaxed) }
    let (deformed, restrained, weakened) = (take(self.deformed), take(self.restrained), take(self.weakened))
    var parts: [String] = []
    if restrained > 0 {
      parts.append("\(restrained) of \(deformed) deformations scaled back lest they fold or move too far")
    }
    if weakened > 0 { parts.append("\(weakened) transforms weakened to keep the foreground in the window") }
    return parts.isEmpty ? nil : "augmentation: " + parts.joined(separator: "; ")
  }
}
