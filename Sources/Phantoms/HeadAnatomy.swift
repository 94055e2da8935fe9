import Foundation
import Randomness

/// What a point of a head is made of.
enum HeadTissue: Int, CaseIterable, Sendable {
  case air, bone, fat, fluid, greyMatter, whiteMatter, vessel
  case ventricle, nucleus, lesion

  /// The class index of the tissue; 0 where it is not labelled.
  var label: UInt8 {
    switch self {
    case .ventricle: 1
    case .nucleus: 2
    case .lesion: 3
    default: 0
    }
  }
}

/// One drawn head: which tissue lies at a point.
///
/// Units: mm in the head's own frame, x from left to right, y from back to front, z up along the slices.
struct HeadAnatomy: Sendable {
  /// The half width and half length of the head at its widest.
  let semiAxes: SIMD2<Double>
  private let scalp: Shell
  private let skull: Shell
  private let fluid: Shell
  private let cortex: Shell
  private let folds: CorticalFolds
  private let fissureStart: Double
  private let ventricles: [HeadStructure]
  private let nuclei: [HeadStructure]
  private let lesions: [HeadStructure]
  private let cistern: HeadStructure
  private let vessels: [HeadStructure]

  /// Draws a head that fills the given slices.
  ///
  /// - Parameters:
  ///   - lesionScale: Of the lesions' lengths.
  ///   - ventricleScale: Of the ventricles' width.
  init(
    slices: SliceStack, lesionScale: Double = 1, ventricleScale: Double = 1, using generator: inout PhiloxGenerator
  ) {
    semiAxes = SIMD2(generator.uniform(in: 36...38.5), generator.uniform(in: 47.5...51))
    let heights = (
      down: slices.spacing * Double(slices.count) * generator.uniform(in: 0.9...1.2),
      up: slices.height(of: Double(slices.count) - generator.uniform(in: 0.8...1.6))
    )
    let scalpThickness = generator.uniform(in: 2.6...3.4)
    let skullThickness = generator.uniform(in: 2.2...2.9)
    let fluidThickness = generator.uniform(in: 1.6...2.4)
    scalp = Shell(semiAxes: semiAxes, down: heights.down, up: heights.up)
    skull = scalp.shrunk(by: scalpThickness)
    fluid = skull.shrunk(by: skullThickness)
    cortex = fluid.shrunk(by: fluidThickness)
    folds = CorticalFolds(using: &generator)

    let scale = semiAxes.x / 38
    ventricles = Self.drawVentricles(slices: slices, scale: scale, width: ventricleScale, using: &generator)
    nuclei = Self.drawNuclei(slices: slices, scale: scale, using: &generator)
    let whiteMatter = cortex.shrunk(by: 4.5)
    lesions = Self.drawLesions(
      slices: slices, inside: whiteMatter, avoiding: ventricles + nuclei, scale: lesionScale, using: &generator)
    cistern = Self.drawCistern(slices: slices, below: ventricles[0].extent.lowerBound, using: &generator)
    vessels = Self.drawVessels(slices: slices, inside: cortex, using: &generator)
    fissureStart = ventricles[0].semiAxes.y + generator.uniform(in: 5...8)
  }

  /// The tissue at a point.
  func tissue(at point: SIMD3<Double>) -> HeadTissue {
    guard scalp.contains(point) else { return .air }
    guard skull.contains(point) else { return .fat }
    guard fluid.contains(point) else { return .bone }
    let depth = cortex.depth(of: point)
    guard depth > 0 else { return .fluid }
    if ventricles.contains(where: { $0.radius(at: point) <= 1 }) { return .ventricle }
    if nuclei.contains(where: { $0.radius(at: point) <= 1 }) { return .nucleus }
    let lesionRadius = min(lesions[0].radius(at: point), lesions[1].radius(at: point))
    if lesionRadius <= 1 { return .lesion }
    if vessels.contains(where: { $0.radius(at: point) <= 1 }) { return .vessel }
    if cistern.radius(at: point) <= 1 { return .fluid }
    if lesionRadius <= Self.lesionMargin { return .whiteMatter }
    return brainTissue(at: point, depth: depth)
  }

  /// The tissue of the brain apart from its inner structures: folds, the cleft between the halves, white matter.
  private func brainTissue(at point: SIMD3<Double>, depth: Double) -> HeadTissue {
    let isAboveVentricles = point.z > ventricles[0].extent.upperBound + 2
    let toMidline = isAboveVentricles || abs(point.y) > fissureStart ? abs(point.x) : .infinity
    if toMidline < 1 { return .fluid }
    let fold = folds.value(at: point / SIMD3(semiAxes.x, semiAxes.y, 1))
    if depth < folds.fluidDepth(fold) { return .fluid }
    return depth < folds.greyDepth(fold) || toMidline < 3.4 ? .greyMatter : .whiteMatter
  }
}

extension HeadAnatomy {
  /// The radius, in radii of the lesion, within which white matter surrounds it.
  private static let lesionMargin = 1.35

  /// Two crescents beside the midline, bent apart towards their ends.
  private static func drawVentricles(
    slices: SliceStack, scale: Double, width: Double, using generator: inout PhiloxGenerator
  ) -> [HeadStructure] {
    let sliceCount = 5 + generator.integer(below: 3)
    let extent = slices.extent(
      around: slices.middle + generator.uniform(in: -0.5...0.5), count: sliceCount)
    let semiAxes = SIMD2(width * generator.uniform(in: 4...4.9), generator.uniform(in: 11.5...14.5))
    let gap = generator.uniform(in: 1.2...1.9)
    let bend = generator.uniform(in: 1.5...3.2)
    let forward = generator.uniform(in: -2...2)
    return [-1.0, 1.0].map { side in
      let half = semiAxes * SIMD2(generator.uniform(in: 0.93...1.07), generator.uniform(in: 0.9...1.1))
      var ventricle = HeadStructure(
        extent: extent, centre: SIMD2(side * (gap + half.x), forward) * scale, semiAxes: half * scale)
      ventricle.bend = side * bend * scale
      ventricle.drift = SIMD2(0, generator.uniform(in: -0.12...0.12))
      ventricle.drawLobes(upTo: 0.05, using: &generator)
      return ventricle
    }
  }

  /// Two ovals beside the ventricles.
  private static func drawNuclei(
    slices: SliceStack, scale: Double, using generator: inout PhiloxGenerator
  ) -> [HeadStructure] {
    let extent = slices.extent(
      around: slices.middle + generator.uniform(in: -1.2...0.2), count: 4 + generator.integer(below: 3))
    let semiAxes = SIMD2(generator.uniform(in: 4.7...5.4), generator.uniform(in: 8...10.5))
    let forward = generator.uniform(in: -3...3)
    return [-1.0, 1.0].map { side in
      let half = semiAxes * SIMD2(generator.uniform(in: 0.93...1.07), generator.uniform(in: 0.9...1.1))
      let distance = generator.uniform(in: 17...17.8)
      var nucleus = HeadStructure(
        extent: extent, centre: SIMD2(side * distance, forward) * scale, semiAxes: half * scale)
      nucleus.rotationRadians = side * generator.uniform(in: -0.2...0.2)
      nucleus.drawLobes(upTo: 0.06, using: &generator)
      return nucleus
    }
  }

  /// Two irregular patches of white matter, at the front and at the back, clear of the other structures.
  private static func drawLesions(
    slices: SliceStack, inside whiteMatter: Shell, avoiding others: [HeadStructure], scale: Double,
    using generator: inout PhiloxGenerator
  ) -> [HeadStructure] {
    [-1.0, 1.0].map { forward in
      var lesion = HeadStructure(extent: 0...0, centre: .zero, semiAxes: SIMD2(1, 1))
      for _ in 0..<200 {
        let count = 4 + generator.integer(below: 3)
        lesion.extent = slices.extent(around: slices.middle + generator.uniform(in: -2...1.2), count: count)
        lesion.semiAxes = scale * SIMD2(generator.uniform(in: 6.2...7.6), generator.uniform(in: 6.2...8.2))
        lesion.rotationRadians = generator.uniform(in: 0...Double.pi)
        lesion.drawLobes(upTo: 0.09, using: &generator)
        let room = whiteMatter.semiAxes(atHeight: lesion.extent.upperBound) - lesion.semiAxes.max()
        let angle = generator.uniform(in: 0.3...0.8)
        let direction = SIMD2(generator.chance(0.5) ? sin(angle) : -sin(angle), forward * cos(angle))
        let reach = 1 / ((direction / room) * (direction / room)).sum().squareRoot()
        lesion.centre = direction * reach * generator.uniform(in: 0.94...1.04)
        if isClear(lesion, of: others) { break }
      }
      return lesion
    }
  }

  /// Whether a band of 2 mm around a structure holds no part of the others.
  private static func isClear(_ structure: HeadStructure, of others: [HeadStructure]) -> Bool {
    let radius = structure.semiAxes.max() * 1.05 + 2
    for step in 0..<32 {
      let angle = Double(step) / 32 * 2 * .pi
      let ring = structure.centre + SIMD2(cos(angle), sin(angle)) * radius
      for other in others {
        let height = (other.extent.lowerBound + other.extent.upperBound) / 2
        if other.radius(at: SIMD3(ring.x, ring.y, height)) <= 1 { return false }
      }
    }
    return true
  }

  /// A single pool of fluid on the midline of the lowest slices: like a ventricle in brightness, not in shape.
  private static func drawCistern(
    slices: SliceStack, below start: Double, using generator: inout PhiloxGenerator
  ) -> HeadStructure {
    let bottom = slices.height(of: -1)
    var cistern = HeadStructure(
      extent: bottom...max(bottom, start - slices.spacing), centre: SIMD2(0, generator.uniform(in: -4...4)),
      semiAxes: SIMD2(generator.uniform(in: 8...11), generator.uniform(in: 5...7)))
    cistern.lobes = (two: 0, three: 0.2, phaseTwo: 0, phaseThree: .pi / 2)
    return cistern
  }

  /// Thin bright tubes across the slices.
  private static func drawVessels(
    slices: SliceStack, inside shell: Shell, using generator: inout PhiloxGenerator
  ) -> [HeadStructure] {
    (0..<(4 + generator.integer(below: 3))).map { _ in
      let angle = generator.uniform(in: 0...(2 * .pi))
      let reach = shell.semiAxes(atHeight: 0) * generator.uniform(in: 0.66...0.85)
      var vessel = HeadStructure(
        extent: slices.height(of: -1)...slices.height(of: Double(slices.count)),
        centre: SIMD2(cos(angle), sin(angle)) * reach, semiAxes: SIMD2(repeating: generator.uniform(in: 1.3...1.9)))
      vessel.drift = SIMD2(generator.uniform(in: -0.1...0.1), generator.uniform(in: -0.1...0.1))
      vessel.narrowing = 0
      return vessel
    }
  }
}
