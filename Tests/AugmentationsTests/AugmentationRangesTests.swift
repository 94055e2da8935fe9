import Augmentations
import Foundation
import Randomness
import Testing
import Volumes

@Suite("Augmentation ranges")
struct AugmentationRangesTests {
  private let plane = makeGrid(48, 40)
  private let volume = makeGrid(24, 20, 12)

  @Test("the preset none draws the identity, which says so")
  func none() {
    for draw in 0..<50 {
      let transform = AugmentationRanges().drawSpatial(using: key(draw), for: volume)
      #expect(transform == .identity)
      #expect("\(transform)" == "identity")
    }
  }

  @Test("presets are valid, never fold, and round-trip", arguments: AugmentationPreset.allCases)
  func presets(preset: AugmentationPreset) throws {
    let ranges = preset.ranges
    try ranges.validate()
    let read = try JSONDecoder().decode(AugmentationRanges.self, from: JSONEncoder().encode(ranges))
    #expect(read == ranges)
    for draw in 0..<100 {
      for grid in [plane, volume] where preset != .unet2015 {
        #expect(ranges.drawSpatial(using: key(draw), for: grid).restraint == 1)
      }
    }
  }

  @Test("a draw is a function of its key alone, whatever was drawn before")
  func determinism() {
    let ranges = AugmentationPreset.standard.ranges
    let forward = (0..<40).map { ranges.drawSpatial(using: key($0), for: volume) }
    let backward = (0..<40).reversed().map { ranges.drawSpatial(using: key($0).operation("anything"), for: volume) }
    #expect(forward == backward.reversed())
    #expect(Set(forward).count > 30)
  }

  @Test("switching an operation off leaves the draws of all others as they were")
  func independence() {
    let full = everything()
    let drawn = full.drawSpatial(using: key(), for: volume)
    var ranges = full
    ranges.rigid.rotationDegrees = .zero
    #expect(ranges.drawSpatial(using: key(), for: volume).rigid.translation == drawn.rigid.translation)
    #expect(ranges.drawSpatial(using: key(), for: volume).rigid.flips == drawn.rigid.flips)
    ranges = full
    ranges.rigid.probability = 0
    let unmoved = ranges.drawSpatial(using: key(), for: volume)
    #expect(unmoved.rigid == RigidTransform(flips: drawn.rigid.flips))
    #expect(unmoved.stretch == drawn.stretch && unmoved.elastic == drawn.elastic)
    ranges = full
    (ranges.stretch.zoom, ranges.elastic.probability) = (1...1, 0)
    let unzoomed = ranges.drawSpatial(using: key(), for: volume)
    #expect(unzoomed.rigid == drawn.rigid && unzoomed.elastic == nil)
    #expect(unzoomed.stretch.stretch == drawn.stretch.stretch)
    #expect(unzoomed.stretch.shearDegrees == drawn.stretch.shearDegrees)
  }

  @Test("drawn values keep to their ranges and fill them")
  func ranges() {
    let ranges = everything()
    let drawn = (0..<400).map { ranges.drawSpatial(using: key($0), for: volume) }
    func check(_ values: [Double], in range: ClosedRange<Double>) {
      let tenth = (range.upperBound - range.lowerBound) / 20
      #expect(values.allSatisfy { range.contains($0) })
      #expect(values.min()! < range.lowerBound + tenth && values.max()! > range.upperBound - tenth)
    }
    for axis in 0..<3 {
      check(drawn.map { $0.rigid.rotationDegrees[axis] }, in: -30...30)
      check(drawn.map { $0.rigid.translation[axis] }, in: -4...4)
      check(drawn.map { $0.stretch.stretch[axis] }, in: 0.9...1.1)
      check(drawn.map { $0.stretch.shearDegrees[axis] }, in: -8...8)
    }
    check(drawn.map(\.stretch.zoom), in: 0.8...1.25)
    #expect((160...240).contains(drawn.count { $0.stretch.zoom > 1 }))
    for axis in GridAxis.allCases { #expect((150...250).contains(drawn.count { $0.rigid.flips.contains(axis) })) }
  }

  @Test("each family comes as often as its probability says")
  func probabilities() {
    var ranges = everything()
    (ranges.rigid.probability, ranges.stretch.probability, ranges.elastic.probability) = (0.2, 0.5, 0.8)
    let drawn = (0..<1000).map { ranges.drawSpatial(using: key($0), for: plane) }
    #expect((160...240).contains(drawn.count { $0.rigid.rotationDegrees != .zero }))
    #expect((450...550).contains(drawn.count { $0.stretch != StretchTransform() }))
    #expect((760...840).contains(drawn.count { $0.elastic != nil }))
  }

  @Test("on a plane everything stays within it")
  func withinPlane() {
    for draw in 0..<50 {
      let transform = everything().drawSpatial(using: key(draw), for: plane)
      #expect(transform.rigid.rotationDegrees.x == 0 && transform.rigid.rotationDegrees.y == 0)
      #expect(transform.rigid.translation.z == 0 && !transform.rigid.flips.contains(.k))
      #expect(transform.stretch.stretch.z == 1 && transform.elastic?.controlPoints.z == 1)
      #expect(transform.elastic?.displacements.allSatisfy { $0.z == 0 } == true)
    }
  }

  @Test("control points stand as far apart as stated, in millimetres, on anisotropic voxels")
  func controlPoints() {
    let grid = makeGrid(25, 17, 9, spacing: [1, 2, 8])
    #expect(everything().drawSpatial(using: key(), for: grid).elastic?.controlPoints == SIMD3(6, 7, 11))
    let single = everything().drawSpatial(using: key(), for: makeGrid(1, 1)).elastic
    #expect(single?.controlPoints == SIMD3(4, 4, 1))
  }

  @Test("a control point spacing far below the voxels' makes no lattice finer than the voxels")
  func fineSpacing() {
    let field = everything(controlPointSpacing: 1e-12).drawSpatial(using: key(), for: makeGrid(5, 4)).elastic
    #expect(field?.controlPoints == SIMD3(8, 7, 1))
  }

  @Test("a drawn transform can be saved, read back and replayed")
  func replay() throws {
    let transform = everything(displacement: 30).drawSpatial(using: key(), for: volume)
    let read = try JSONDecoder().decode(SpatialTransform.self, from: JSONEncoder().encode(transform))
    #expect(read == transform)
  }

  @Test("a drawn transform prints what it does")
  func text() throws {
    let field = try ElasticField(
      controlPoints: [4, 4, 1], spacing: [5, 5, 5], displacements: Array(repeating: [2.4, 0, 0], count: 16))
    var transform = SpatialTransform(
      rigid: RigidTransform(rotationDegrees: [0, 0, 12.345], translation: [1, -2.5, 0], flips: [.i]),
      stretch: StretchTransform(zoom: 1.1, stretch: [0.9, 1, 1], shearDegrees: [3, 0, 0]), elastic: field)
    transform.restraint = 0.5
    #expect(
      "\(transform)" == """
        zoom 1.100; stretch i 0.900; shear j to i 3.0 degrees; flip i; rotate k 12.3 degrees; \
        translate i 1.00, j -2.50; \
        elastic 2.40 (4x4x1); deformation reduced to 0.50
        """)
  }

  @Test("each parameter beyond its range is refused, by name")
  func validation() {
    func message(_ change: (inout AugmentationRanges) -> Void) -> String? {
      var ranges = AugmentationPreset.standard.ranges
      change(&ranges)
      do {
        try ranges.validate()
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message { _ in } == nil)
    #expect(
      message { $0.rigid.rotationDegrees.y = 181 }
        == "rigid.rotation_degrees: expected a number from 0.0 to 180.0, found 181.0")
    #expect(
      message { $0.rigid.translation = .pixels(-1) }
        == "rigid.translation: expected a number of at least 0, found -1.0")
    #expect(
      message { $0.rigid.flipProbability = 2 }
        == "rigid.flip_probability: expected a number from 0.0 to 1.0, found 2.0")
    #expect(
      message { $0.rigid.probability = .nan }
        == "rigid.probability: expected a number from 0.0 to 1.0, found nan")
    #expect(
      message { $0.stretch.zoom = 0...1 } == "stretch.zoom: expected a number from 0.1 to 10.0, found 0.0")
    #expect(
      message { $0.stretch.stretch = 1...Double.infinity }
        == "stretch.stretch: expected a number from 0.1 to 10.0, found inf")
    #expect(
      message { $0.stretch.shearDegrees = 61 }
        == "stretch.shear_degrees: expected a number from 0.0 to 60.0, found 61.0")
    #expect(
      message { $0.elastic.displacement = .millimetres(.infinity) }
        == "elastic.displacement: expected a number of at least 0, found inf")
    #expect(
      message { $0.elastic.controlPointSpacing = .pixels(0) }
        == "elastic.control_point_spacing: expected a number of more than 0, found 0.0")
    #expect(message { $0.elastic.probability = -0.1 } != nil)
    #expect(message { $0.stretch.probability = 1.1 } != nil)
  }

  @Test("errors of a transform say what to do")
  func transformErrors() {
    #expect(
      "\(AugmentationError.notInvertible(determinant: 0))"
        == "a spatial transform is not invertible: its determinant is 0.0. Expected a finite number other than 0; "
        + "check zoom, stretch and shear")
    #expect(
      "\(AugmentationError.malformedField(controlPoints: [4, 3, 1], displacements: 12))"
        == "an elastic field of 4x3x1 control points has 12 displacements. Expected one for each control point, and at "
        + "least 4 points along each axis (or 1 along one axis)")
  }
}
