import Augmentations
import Foundation
import Randomness
import Testing
import Volumes

/// What must hold for every kind of change of intensities.
@Suite("Every change of intensities")
struct IntensityTransformTests {
  /// Every kind, always applied, with its defaults.
  private static let plan: IntensityPlan = {
    var plan = IntensityPlan()
    func switchOn<Ranges: IntensityRanges>(_ kind: Ranges.Type) { plan[kind].probability = 1 }
    for kind in IntensityPlan.kinds { switchOn(kind) }
    return plan
  }()

  private static func drawn(_ index: Int = 0, for grid: Grid, channels: Int = 1) -> [DrawnIntensity] {
    var ranges = AugmentationRanges()
    ranges.intensity = plan
    return ranges.draw(using: key(index), for: grid, channels: channels).intensity
  }

  @Test("comes in the order of the plan's kinds, each under its name")
  func order() {
    #expect(Self.drawn(for: makeGrid(9, 8, 7)).map(\.name) == IntensityPlan.kinds.map { $0.name })
    #expect(Set(IntensityPlan.kinds.map { $0.name }).count == IntensityPlan.kinds.count)
  }

  @Test("changes an image, and its text is a line that says so")
  func changes() {
    let volume = makeVolume(makeGrid(24, 20, 12), channels: 2)
    for drawn in Self.drawn(3, for: volume.grid, channels: 2) {
      if let dropout = drawn.transform as? ChannelDropout, dropout.lost.isEmpty { continue }
      #expect(drawn.transform.applied(to: volume) != volume.voxels, "\(drawn.name)")
      let text = "\(drawn.transform)"
      #expect(text.count > 5 && !text.contains("\n"))
    }
  }

  @Test("leaves constant images constant but for noise, and makes no NaN")
  func constants() {
    for grid in [makeGrid(12, 10, 8), makeGrid(17, 13), makeGrid(1, 1)] {
      let constant = [Float](repeating: 0.3, count: 2 * grid.size.count)
      for drawn in Self.drawn(for: grid, channels: 2) {
        let after = drawn.transform.applied(to: constant, grid: grid, channels: 2)
        #expect(after.allSatisfy { $0.isFinite }, "\(drawn.name)")
        if ["noise", "rician_noise", "brightness"].contains(drawn.name) { continue }
        #expect(after.allSatisfy { abs($0 - 0.3) < 1e-6 }, "\(drawn.name) on \(grid.size)")
      }
    }
  }

  @Test("survives axes of one voxel")
  func thinAxes() {
    for (width, height, depth) in [(1, 1, 1), (7, 1, 1), (1, 6, 1), (1, 1, 5), (5, 1, 4), (2, 2, 2), (300, 2, 1)] {
      let volume = makeVolume(makeGrid(width, height, depth))
      for drawn in Self.drawn(for: volume.grid) {
        let after = drawn.transform.applied(to: volume)
        #expect(after.allSatisfy { $0.isFinite }, "\(drawn.name) on \(volume.grid.size)")
      }
    }
  }

  @Test("gives the same bits on one thread and on two", arguments: [1, 2, 3, 17])
  func threads(channels: Int) {
    let volume = makeVolume(makeGrid(45, 39, 23), channels: channels)
    for drawn in Self.drawn(for: volume.grid, channels: channels) {
      let (one, two) = (drawn.transform.applied(to: volume), drawn.transform.applied(to: volume, workers: 2))
      #expect(one.map(\.bitPattern) == two.map(\.bitPattern), "\(drawn.name)")
    }
  }

  @Test("concerns each channel alone: the values are those of the channel by itself", arguments: [2, 3, 5])
  func channels(count: Int) {
    let volume = makeVolume(makeGrid(19, 15, 11), channels: count)
    let isShared = ["noise", "rician_noise", "channel_dropout"]
    for drawn in Self.drawn(for: volume.grid) where !isShared.contains(drawn.name) {
      let together = drawn.transform.applied(to: volume)
      for channel in 0..<count {
        let alone = drawn.transform.applied(to: volume.values(ofChannel: channel), grid: volume.grid)
        let (difference, index) = worst(values(of: together, channel: channel, of: count), alone)
        #expect(difference < 4e-6, "\(drawn.name), channel \(channel), voxel \(index)")
      }
    }
  }

  @Test("leaves channels that are not drawn as they are, to the bit")
  func unchangedChannels() {
    let volume = makeVolume(makeGrid(19, 15, 11), channels: 3)
    let changes: [any IntensityTransform] = [
      Brightness(factors: [nil, 1.2, nil], shifts: [nil, 1, nil]), Contrast(factors: [nil, 1.2, nil]),
      Gamma(exponents: [nil, 1.2, nil], isInverted: false), Gamma(exponents: [nil, 0.8, nil], isInverted: true),
      Blur(sigmas: [nil, [1, 1, 1], nil]), LowResolution(scales: [nil, 0.6, nil], axes: [.i, .j, .k]),
      HistogramShift(moves: [nil, [0.3, -0.2], nil]), ChannelDropout(lost: [1]),
    ]
    for change in changes {
      let after = change.applied(to: volume)
      for channel in 0..<3 {
        let same = values(of: after, channel: channel, of: 3) == volume.values(ofChannel: channel)
        #expect(same == (channel != 1), "\(change), channel \(channel)")
      }
    }
  }

  @Test("can be saved, read back and replayed to the bit")
  func replay() throws {
    let volume = makeVolume(makeGrid(16, 12, 9), channels: 2)
    for index in 0..<5 {
      for drawn in Self.drawn(index, for: volume.grid, channels: 2) {
        let read = try JSONDecoder().decode(DrawnIntensity.self, from: JSONEncoder().encode(drawn))
        #expect(read == drawn)
        #expect(read.transform.applied(to: volume) == drawn.transform.applied(to: volume))
      }
    }
  }

  @Test("begins again with the first channel for those beyond, and does nothing where nothing was drawn")
  func missingChannels() {
    let volume = makeVolume(makeGrid(9, 8, 7), channels: 3)
    #expect(
      Contrast(factors: [1.2, 0.8]).applied(to: volume) == Contrast(factors: [1.2, 0.8, 1.2]).applied(to: volume))
    let twice = makeVolume(makeGrid(9, 8, 7), channels: 4)
    #expect(
      ChannelDropout(lost: [1], channels: 2).applied(to: twice) == ChannelDropout(lost: [1, 3]).applied(to: twice))
    for change: any IntensityTransform in [
      Contrast(factors: []), Gamma(exponents: [], isInverted: false), Blur(sigmas: []), Spikes(waves: []),
      HistogramShift(moves: []), CutOut(boxes: []), ChannelDropout(lost: []), Motion(axis: .i, moves: []),
    ] {
      #expect(change.applied(to: volume) == volume.voxels)
    }
  }

  @Test("a plan does nothing unless told, and a probability of 0 never applies")
  func nothing() {
    var ranges = AugmentationRanges()
    for index in 0..<200 { #expect(ranges.draw(using: key(index), for: makeGrid(9, 8, 7)).intensity.isEmpty) }
    ranges.intensity[GammaRanges.self].probability = 0.3
    let applied = (0..<1000).map { ranges.draw(using: key($0), for: makeGrid(9, 8, 7)).intensity.map(\.name) }
    #expect(Set(applied) == [[], ["gamma"]])
    #expect((250...350).contains(applied.count { !$0.isEmpty }))
  }

  @Test("a plan can be saved and read back; an unknown kind is refused")
  func planCoding() throws {
    for plan in [IntensityPlan(), Self.plan] + AugmentationPreset.allCases.map(\.ranges.intensity) {
      #expect(try JSONDecoder().decode(IntensityPlan.self, from: JSONEncoder().encode(plan)) == plan)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(IntensityPlan.self, from: Data(#"{"brigthness": {}}"#.utf8))
    }
  }

  @Test("presets hold no faults of one kind of scanner, and cut nothing out")
  func presets() {
    func kinds(_ preset: AugmentationPreset) -> [String] {
      preset.ranges.intensity.ranges.filter { $0.probability > 0 }.map { type(of: $0).name }
    }
    #expect(kinds(.none) == [] && kinds(.unet2015) == [])
    #expect(kinds(.light) == ["brightness", "contrast", "gamma"])
    let standard = ["bias_field", "noise", "blur", "brightness", "contrast", "low_resolution", "gamma"]
    #expect(kinds(.standard) == standard)
  }

  @Test("switching a kind on changes no other's draw")
  func independence() {
    var ranges = AugmentationRanges()
    ranges.intensity[GammaRanges.self].probability = 1
    let alone = ranges.draw(using: key(), for: makeGrid(9, 8, 7)).intensity
    #expect(Self.drawn(for: makeGrid(9, 8, 7)).filter { $0.name == "gamma" } == alone)
  }
}
