import Augmentations
import Foundation
import Testing
import Volumes

/// What each kind of change of intensities draws.
@Suite("Ranges of intensity")
struct IntensityRangesTests {
  private let volume = makeGrid(24, 20, 16)

  /// Checks that values keep to a range and come near both of its ends.
  private func check(_ values: [Double], fill range: ClosedRange<Double>, _ name: String) {
    let part = (range.upperBound - range.lowerBound) / 20
    #expect(values.allSatisfy { range.contains($0) }, "\(name)")
    #expect(values.min()! <= range.lowerBound + part && values.max()! >= range.upperBound - part, "\(name)")
  }

  @Test("drawn values keep to their ranges and fill them")
  func fill() {
    let count = 400
    check(always(NoiseRanges.self).drawn(count, for: volume).map(\.standardDeviation), fill: 0...0.1, "noise")
    let rician = always(RicianNoiseRanges.self) { $0.standardDeviation = 0.2...0.3 }
    check(rician.drawn(count, for: volume).map(\.standardDeviation), fill: 0.2...0.3, "Rician noise")
    let brightness = always(BrightnessRanges.self) { $0.shift = -0.5...0.25 }.drawn(count, for: volume)
    check(brightness.map { $0.factors[0]! }, fill: 0.75...1.25, "brightness")
    check(brightness.map { $0.shifts[0]! }, fill: -0.5...0.25, "shift")
    check(always(ContrastRanges.self).drawn(count, for: volume).map { $0.factors[0]! }, fill: 0.75...1.25, "contrast")
    check(always(GammaRanges.self).drawn(count, for: volume).map { $0.exponents[0]! }, fill: 0.7...1.5, "gamma")
    for axis in 0..<3 {
      check(always(BlurRanges.self).drawn(count, for: volume).map { $0.sigmas[0]![axis] }, fill: 0.5...1, "blur")
    }
    check(always(LowResolutionRanges.self).drawn(count, for: volume).map { $0.scales[0]! }, fill: 0.5...1, "scale")
    let fields = always(BiasFieldRanges.self).drawn(40, for: volume)
    #expect(fields.allSatisfy { $0.coefficients.count == 19 })
    check(fields.flatMap(\.coefficients), fill: -0.5...0.5, "bias field")
    let histograms = always(HistogramShiftRanges.self).drawn(100, for: volume)
    #expect(histograms.allSatisfy { $0.moves[0]!.count == 8 })
    check(histograms.flatMap { $0.moves[0]! }, fill: -0.25...0.25, "histogram shift")
    let spikes = always(SpikesRanges.self).drawn(count, for: volume).flatMap(\.waves)
    check(spikes.map(\.amplitude), fill: 0.1...0.5, "spikes")
    check(spikes.map { Double($0.cycles.x) }, fill: -10...10, "waves along i")
    check(spikes.map { Double($0.cycles.z) }, fill: -6...6, "waves along k")
    let boxes = always(CutOutRanges.self).drawn(count, for: volume).flatMap(\.boxes)
    for axis in 0..<3 {
      check(boxes.map { $0.size[axis] }, fill: 0.05...0.2, "boxes")
      check(boxes.map { $0.position[axis] }, fill: 0...1, "boxes' places")
    }
  }

  @Test("motion and ghosts keep to their ranges, their numbers are even, and axes of one voxel are not drawn")
  func counts() {
    let ghosts = always(GhostingRanges.self).drawn(1400, for: volume)
    #expect((4...10).allSatisfy { n in (150...250).contains(ghosts.count { $0.ghosts == n }) })
    #expect(GridAxis.allCases.allSatisfy { axis in (400...530).contains(ghosts.count { $0.axis == axis }) })
    check(ghosts.map(\.intensity), fill: 0.5...1, "ghosts")
    let motions = always(MotionRanges.self) { $0.translation = .millimetres(2) }.drawn(300, for: volume)
    #expect(Set(motions.map(\.moves.count)) == [1, 2, 3])
    for axis in 0..<3 {
      check(motions.flatMap(\.moves).map { $0.pose.rotationDegrees[axis] }, fill: -5...5, "rotation")
      check(motions.flatMap(\.moves).map { $0.pose.translation[axis] }, fill: -2...2, "translation")
    }
    check(motions.flatMap(\.moves).map(\.time), fill: 0...1, "times")
    for motion in always(MotionRanges.self).drawn(50, for: makeGrid(24, 20)) {
      #expect(motion.axis != .k && motion.moves.map(\.time) == motion.moves.map(\.time).sorted())
      #expect(motion.moves.allSatisfy { $0.pose.translation.z == 0 && $0.pose.rotationDegrees.x == 0 })
    }
    #expect(always(GhostingRanges.self).drawn(50, for: makeGrid(1, 20)).allSatisfy { $0.axis == .j })
  }

  @Test("each channel is drawn for itself, as often as its probability says")
  func perChannel() {
    let blurs = always(BlurRanges.self) { $0.channelProbability = 0.5 }.drawn(500, for: volume, channels: 3)
    for channel in 0..<3 { #expect((200...300).contains(blurs.count { $0.sigmas[channel] != nil })) }
    #expect((30...100).contains(blurs.count { $0.sigmas.allSatisfy { $0 == nil } }))
    #expect(always(GammaRanges.self).drawn(20, for: volume, channels: 3).allSatisfy { Set($0.exponents).count == 3 })
    let sure = always(BlurRanges.self).drawn(500, for: volume, channels: 3)
    #expect(zip(blurs, sure).allSatisfy { $0.sigmas[2] == nil || $0.sigmas[2] == $1.sigmas[2] })
  }

  @Test("factors are below 1 as often as above")
  func balance() {
    let exponents = always(GammaRanges.self).drawn(1000, for: volume).map { $0.exponents[0]! }
    #expect((440...560).contains(exponents.count { $0 < 1 }))
  }

  @Test("a blur stated in millimetres is that wide on any spacing")
  func millimetres() {
    let grid = makeGrid(20, 20, 20, spacing: [0.5, 1, 4])
    let ranges = always(BlurRanges.self) { $0.sigma = LengthInterval(2...2, .millimetres) }
    #expect(ranges.drawn(1, for: grid) == [Blur(sigmas: [[4, 2, 0.5]])])
  }

  @Test("low resolution leaves the axis across a stack of planes alone")
  func stacks() {
    func axes(_ grid: Grid) -> [GridAxis] { always(LowResolutionRanges.self).drawn(1, for: grid)[0].axes }
    #expect(axes(volume) == [.i, .j, .k])
    #expect(axes(makeGrid(24, 20)) == [.i, .j])
    #expect(axes(makeGrid(64, 64, 12, spacing: [1, 1, 5])) == [.i, .j])
    #expect(axes(makeGrid(12, 64, 64, spacing: [5, 1, 1])) == [.j, .k])
  }

  @Test("a loss of channels leaves at least one, and none is lost of a single one")
  func channelDropout() {
    let drawn = always(ChannelDropoutRanges.self) { $0.channelProbability = 0.9 }.drawn(500, for: volume, channels: 3)
    #expect(Set(drawn.map(\.lost.count)).isSubset(of: [0, 1, 2]))
    #expect((0..<3).allSatisfy { kept in drawn.contains { !$0.lost.contains(kept) } })
    #expect(always(ChannelDropoutRanges.self).drawn(50, for: volume).allSatisfy { $0.lost.isEmpty })
  }

  @Test("a strength of 1 is the strongest, 0 the weakest that the ranges allow")
  func strength() {
    var ranges = AugmentationRanges()
    ranges.intensity = AugmentationPreset.nnunet.ranges.intensity
    let strongest = ranges.draw(using: key(), for: volume, strength: 1).intensity.map(\.transform)
    #expect(strongest.count == 7)
    #expect(strongest.contains { ($0 as? Noise)?.standardDeviation == 0.1 })
    #expect(strongest.contains { ($0 as? Blur) == Blur(sigmas: [[1, 1, 1]]) })
    #expect(strongest.contains { ($0 as? Gamma) == Gamma(exponents: [1.5], isInverted: false) })
    let weakest = ranges.draw(using: key(), for: volume, strength: 0).intensity.map(\.transform)
    #expect(weakest.contains { ($0 as? Noise)?.standardDeviation == 0 })
    #expect(always(GhostingRanges.self).drawn(1, for: volume).count == 1)
  }

  @Test("each parameter beyond its range is refused, by name")
  func validation() {
    func message<Ranges: IntensityRanges>(_ kind: Ranges.Type, _ change: (inout Ranges) -> Void) -> String {
      var ranges = AugmentationRanges()
      change(&ranges.intensity[kind])
      do {
        try ranges.validate()
        return "valid"
      } catch {
        return String("\(error)".prefix { $0 != ":" })
      }
    }
    #expect(message(NoiseRanges.self) { _ in } == "valid")
    #expect(message(BiasFieldRanges.self) { $0.order = 9 } == "bias_field.order")
    #expect(message(BiasFieldRanges.self) { $0.coefficient = -1 } == "bias_field.coefficient")
    #expect(message(NoiseRanges.self) { $0.probability = 1.5 } == "noise.probability")
    #expect(message(NoiseRanges.self) { $0.standardDeviation = -0.1...0.1 } == "noise.standard_deviation")
    #expect(message(RicianNoiseRanges.self) { $0.standardDeviation = 0...11 } == "rician_noise.standard_deviation")
    #expect(message(BlurRanges.self) { $0.sigma.bounds = 0...1 } == "blur.sigma")
    #expect(message(BlurRanges.self) { $0.channelProbability = .nan } == "blur.channel_probability")
    #expect(message(BrightnessRanges.self) { $0.factor = 0...1 } == "brightness.factor")
    #expect(message(BrightnessRanges.self) { $0.shift = 0 ... .infinity } == "brightness.shift")
    #expect(message(ContrastRanges.self) { $0.factor = -1...1 } == "contrast.factor")
    #expect(message(LowResolutionRanges.self) { $0.scale = 0.5...1.5 } == "low_resolution.scale")
    #expect(message(GammaRanges.self) { $0.exponent = 0...1 } == "gamma.exponent")
    #expect(message(InvertedGammaRanges.self) { $0.exponent = 0...1 } == "inverted_gamma.exponent")
    #expect(message(HistogramShiftRanges.self) { $0.shift = 0.6 } == "histogram_shift.shift")
    #expect(message(HistogramShiftRanges.self) { $0.controlPoints = 2 } == "histogram_shift.control_points")
    #expect(message(GhostingRanges.self) { $0.ghosts = 1...4 } == "ghosting.ghosts")
    #expect(message(GhostingRanges.self) { $0.intensity = 0...2 } == "ghosting.intensity")
    #expect(message(MotionRanges.self) { $0.rotationDegrees = 50 } == "motion.rotation_degrees")
    #expect(message(MotionRanges.self) { $0.translation = .pixels(-1) } == "motion.translation")
    #expect(message(SpikesRanges.self) { $0.frequency = 0.6 } == "spikes.frequency")
    #expect(message(SpikesRanges.self) { $0.spikes = 0...1 } == "spikes.spikes")
    #expect(message(CutOutRanges.self) { $0.size = 0...1.1 } == "cut_out.size")
    #expect(message(ChannelDropoutRanges.self) { $0.channelProbability = 2 } == "channel_dropout.channel_probability")
  }
}
