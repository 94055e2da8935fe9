/// How much of two surfaces lies within a tolerance of each other: the normalised surface Dice.
///
/// Sources: Nikolov et al., JMIR 23(7), 2021; the surface elements are those of `SurfelAreas`.
struct SurfaceOverlap {
  /// The area within the tolerance and the whole area, of both surfaces together.
  private let within: Double
  private let whole: Double

  /// Measures masks whose axes are at right angles.
  init(of masks: ClassMasks, tolerance: Double) {
    let areas = SurfelAreas(spacing: masks.frame.spacing, isPlane: masks.frame.isPlane)
    let search = RowSearch(masks.frame, within: tolerance)
    let (prediction, reference) = (masks.corners(of: masks.prediction), masks.corners(of: masks.reference))
    func sums(_ surface: (corners: BitMask, codes: [UInt8]), to other: BitMask) -> (within: Double, whole: Double) {
      let squares = search.squares(from: surface.corners, to: other).squares
      var sums = (within: 0.0, whole: 0.0)
      for (code, square) in zip(surface.codes, squares) {
        let area = areas[code]
        sums.whole += area
        if square >= 0, square.squareRoot() <= tolerance { sums.within += area }
      }
      return sums
    }
    let (first, second) = (sums(reference, to: prediction.corners), sums(prediction, to: reference.corners))
    within = first.within + second.within
    whole = first.whole + second.whole
  }

  /// In 0...1; not a number where there is no surface.
  var share: Double { within / whole }
}
