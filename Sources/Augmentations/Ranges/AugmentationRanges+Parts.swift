/// One kind of transform of an augmentation, alone and always applied, to be shown.
public struct AugmentationPart: Sendable {
  /// The kind, such as `rotation` or `gamma`.
  public let name: String
  /// Ranges in which nothing else is applied.
  public let ranges: AugmentationRanges
  /// Whether it moves anything.
  public let isSpatial: Bool
}

extension AugmentationRanges {
  /// The kinds of transform that these ranges apply, one by one.
  public var parts: [AugmentationPart] {
    spatialParts
      + intensity.kindsApplied.map { kind in
        AugmentationPart(name: kind.name, ranges: alone { $0.intensity = kind.plan }, isSpatial: false)
      }
  }

  private var spatialParts: [AugmentationPart] {
    var parts: [AugmentationPart] = []
    func add(_ name: String, if isApplied: Bool, _ change: (inout AugmentationRanges) -> Void) {
      if isApplied { parts.append(AugmentationPart(name: name, ranges: alone(change), isSpatial: true)) }
    }
    let moves = rigid.probability > 0
    let turns = [rigid.planeRotationDegrees ?? 0, rigid.longPlaneRotationDegrees ?? 0, rigid.rotationDegrees.max()]
    add("rotation", if: moves && turns.contains { $0 > 0 }) {
      ($0.rigid, $0.rigid.probability) = (rigid, 1)
      ($0.rigid.translation, $0.rigid.flipAxes) = (.zero, [])
    }
    add("translation", if: moves && rigid.translation.numbers.contains { $0 > 0 }) {
      $0.rigid.probability = 1
      $0.rigid.translation = rigid.translation
    }
    add("flip", if: rigid.flipProbability > 0 && !rigid.flipAxes.isEmpty) {
      ($0.rigid.flipAxes, $0.rigid.flipProbability) = (rigid.flipAxes, rigid.flipProbability)
    }
    let stretches = stretch.probability > 0
    add("zoom", if: stretches && stretch.zoom != 1...1) {
      ($0.stretch.probability, $0.stretch.zoom) = (1, stretch.zoom)
    }
    add("stretch", if: stretches && stretch.stretch != 1...1) {
      ($0.stretch.probability, $0.stretch.stretch) = (1, stretch.stretch)
    }
    add("shear", if: stretches && stretch.shearDegrees > 0) {
      ($0.stretch.probability, $0.stretch.shearDegrees) = (1, stretch.shearDegrees)
    }
    add("local zoom", if: localZoom.probability > 0) { ($0.localZoom, $0.localZoom.probability) = (localZoom, 1) }
    add("elastic", if: elastic.probability > 0) { ($0.elastic, $0.elastic.probability) = (elastic, 1) }
    return parts
  }

  /// Ranges that sample as these do and do nothing but what `change` adds.
  private func alone(_ change: (inout AugmentationRanges) -> Void) -> AugmentationRanges {
    var ranges = AugmentationRanges()
    (ranges.sampling, ranges.planarRatio) = (sampling, planarRatio)
    ranges.elastic.minimalJacobian = elastic.minimalJacobian
    change(&ranges)
    return ranges
  }
}

extension IntensityPlan {
  /// Each kind that is applied, in a plan in which it is applied always and no other is.
  fileprivate var kindsApplied: [(name: String, plan: IntensityPlan)] {
    func plan<Ranges: IntensityRanges>(_ ranges: Ranges) -> IntensityPlan {
      var plan = IntensityPlan()
      plan[Ranges.self] = ranges
      plan[Ranges.self].probability = 1
      return plan
    }
    return ranges.filter { $0.probability > 0 }.map { (type(of: $0).name.replacing("_", with: " "), plan($0)) }
  }
}
