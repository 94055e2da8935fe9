import Volumes

/// Why a label is probably that of another image: resampling it would give wrong labels, or none.
public enum UnrelatedLabel: Hashable, Sendable, CustomStringConvertible {
  /// The affine of one of the two has no inverse.
  case singularAffine
  /// The two have no physical size, and other numbers of voxels.
  case otherPixels(image: GridSize, label: GridSize)
  /// The voxels of the label are so much larger or smaller that one header is in another unit.
  case otherUnit(image: SIMD3<Double>, label: SIMD3<Double>)
  /// The fields of view share nothing.
  case apart(distanceMM: Double)
  /// The foreground of the label is outside the field of view of the image.
  case foregroundOutside
  /// The two have the same numbers of voxels, but other spacings.
  case otherSpacing(image: SIMD3<Double>, label: SIMD3<Double>)
  /// The fields of view share only a small part of the smaller one.
  case smallOverlap(share: Double)
  /// The two have the same spacing, but neither field of view contains the other.
  case otherField(image: GridSize, label: GridSize)

  /// The reason, and what to check.
  public var description: String {
    "the label probably belongs to another image: \(reason). Check that the two files belong together"
  }

  private var reason: String {
    func text(_ spacing: SIMD3<Double>) -> String {
      (0..<3).map { Wording.rounded(spacing[$0]) }.joined(separator: "x") + " mm"
    }
    return switch self {
    case .singularAffine: "an affine is singular"
    case .otherPixels(let image, let label):
      "the image has \(image) pixels, the label \(label), and neither has a physical size"
    case .otherUnit(let image, let label):
      "the voxels of the image have \(text(image)), those of the label \(text(label))"
    case .apart(let distance):
      "the two do not overlap, their centres are \(Wording.rounded(distance, digits: 1)) mm apart"
    case .foregroundOutside: "nothing of what is drawn is inside the image"
    case .otherSpacing(let image, let label):
      "both have the same numbers of voxels, but the image has \(text(image)), the label \(text(label))"
    case .smallOverlap(let share): "they share only \(Int(share * 100)) % of the smaller field of view"
    case .otherField(let image, let label):
      "the image has \(image) voxels, the label \(label) of the same spacing, and neither contains the other"
    }
  }

  /// The name of the reason, the same for all cases.
  var kind: String {
    switch self {
    case .singularAffine: "singular affine"
    case .otherPixels: "other pixels"
    case .otherUnit: "other unit of length"
    case .apart: "apart"
    case .foregroundOutside: "foreground outside"
    case .otherSpacing: "other spacing"
    case .smallOverlap: "small overlap"
    case .otherField: "other field"
    }
  }

  /// Compares the grid of an image with that of its label, which is another one.
  ///
  /// - Parameters:
  ///   - foreground: The part of the label's grid that is drawn on; nil where nothing is.
  /// - Returns: nil where the label may be that of the image.
  init?(image: Grid, label: Grid, foreground: Grid?) {
    guard image.unit == .millimetres, label.unit == .millimetres else {
      guard image.size != label.size else { return nil }
      self = .otherPixels(image: image.size, label: label.size)
      return
    }
    guard image.affine.inverse != nil, label.affine.inverse != nil else {
      self = .singularAffine
      return
    }
    let label = label.reoriented(by: Reorientation(from: label.orientation, to: image.orientation))
    let (own, other) = (image.spacing, label.spacing)
    let isSpacedAlike = (0..<3).allSatisfy { abs(other[$0] / own[$0] - 1) < 0.1 }
    let share = max(image.share(in: label), label.share(in: image))
    if !image.hasScale(of: label) {
      self = .otherUnit(image: own, label: other)
    } else if !image.overlaps(label) {
      self = .apart(distanceMM: image.distance(to: label))
    } else if let foreground, !image.overlaps(foreground) {
      self = .foregroundOutside
    } else if image.size == label.size, !isSpacedAlike {
      self = .otherSpacing(image: own, label: other)
    } else if share < 0.25 {
      self = .smallOverlap(share: share)
    } else if image.size != label.size, isSpacedAlike, !image.contains(label), !label.contains(image) {
      self = .otherField(image: image.size, label: label.size)
    } else {
      return nil
    }
  }
}

extension Grid {
  /// Whether a place, in voxels of this grid, is inside its field of view widened by a margin in voxels.
  private func holds(_ place: SIMD3<Double>, margin: Double = 0) -> Bool {
    (0..<3).allSatisfy { place[$0] >= -0.5 - margin && place[$0] <= Double(size[$0]) - 0.5 + margin }
  }

  /// Whether the field of view of another grid is inside this one's, to within half a voxel.
  fileprivate func contains(_ other: Grid) -> Bool {
    guard let inverse = affine.inverse else { return false }
    let far = SIMD3(Double(other.size.width), Double(other.size.height), Double(other.size.depth)) - 0.5
    return (0..<8).allSatisfy { corner in
      let place = SIMD3(
        corner & 1 == 0 ? -0.5 : far.x, corner & 2 == 0 ? -0.5 : far.y, corner & 4 == 0 ? -0.5 : far.z)
      return holds(inverse(other.affine(place)), margin: 0.5)
    }
  }

  /// The share of this field of view that is inside another one, from 0 to 1, counted at 12 places along each axis.
  fileprivate func share(in other: Grid) -> Double {
    guard let inverse = other.affine.inverse else { return 0 }
    let count = 12
    let inside = (0..<count * count * count).count { index in
      let steps = SIMD3(Double(index % count), Double(index / count % count), Double(index / count / count)) + 0.5
      let extent = SIMD3(Double(size.width), Double(size.height), Double(size.depth))
      return other.holds(inverse(affine(steps / Double(count) * extent - 0.5)))
    }
    return Double(inside) / Double(count * count * count)
  }
}
