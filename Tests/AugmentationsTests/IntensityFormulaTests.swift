import Augmentations
import Foundation
import Testing
import Volumes

/// What each kind of change of intensities does to values.
@Suite("Formulas of intensity")
struct IntensityFormulaTests {
  /// Of values of standard deviation 1.
  private static let kernelTolerance: Float = 4e-6

  private let volume = makeVolume(makeGrid(40, 33, 17))

  @Test("noise has the mean, deviation and tails of the normal distribution, and neighbours are independent")
  func noise() {
    let grid = makeGrid(128, 128, 32)
    let zeros = [Float](repeating: 0, count: grid.size.count)
    let noise = Noise(standardDeviation: 0.5, seed: 42).applied(to: zeros, grid: grid)
    let count = Double(noise.count)
    let (mean, deviation) = moments(noise)
    #expect(abs(mean) < 4 * 0.5 / count.squareRoot())
    #expect(abs(deviation / 0.5 - 1) < 4 / (2 * count).squareRoot())
    let scaled = noise.map { Double($0) / 0.5 }
    #expect(abs(scaled.reduce(0) { $0 + $1 * $1 * $1 } / count) < 4 * (15 / count).squareRoot())
    #expect(abs(scaled.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count - 3) < 4 * (96 / count).squareRoot())
    // 1, 2 and 3 standard deviations; the order within blocks makes 16 and 64 neighbours too.
    for (limit, share) in [(1.0, 0.317310508), (2, 0.0455002639), (3, 0.0026997961), (4, 6.33425e-5)] {
      let beyond = Double(scaled.count { abs($0) > limit }) / count
      #expect(abs(beyond - share) < 4 * (share / count).squareRoot(), "beyond \(limit)")
    }
    for lag in [1, 2, 3, 4, 16, 32, 48, 64, 128, 128 * 128] {
      let products = zip(scaled, scaled.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(products / count) < 4 / count.squareRoot(), "lag \(lag)")
    }
  }

  @Test("noise is a function of seed and place: a longer window begins with the same, another seed with another")
  func noiseKeys() {
    let (short, long) = (makeGrid(13, 7), makeGrid(13, 7, 5))
    func made(_ grid: Grid, _ seed: UInt64) -> [Float] {
      Noise(standardDeviation: 1, seed: seed).applied(to: [Float](repeating: 0, count: grid.size.count), grid: grid)
    }
    #expect(Array(made(long, 7).prefix(short.size.count)) == made(short, 7))
    #expect(zip(made(short, 7), made(short, 7 | 1 << 40)).allSatisfy { $0 != $1 })
  }

  @Test("Rician noise without signal is Rayleigh's, and with much signal normal")
  func ricianNoise() {
    let grid = makeGrid(100, 100, 20)
    var image = [Float](repeating: 0, count: grid.size.count)
    for index in 0..<image.count / 2 { image[index] = 50 }
    let after = RicianNoise(standardDeviation: 2, seed: 1).applied(to: image, grid: grid)
    let (signal, nothing) = (moments(Array(after[..<100_000])), moments(Array(after[100_000...])))
    #expect(abs(nothing.mean - 2 * (Double.pi / 2).squareRoot()) < 0.02)
    #expect(abs(nothing.standardDeviation - 2 * (2 - Double.pi / 2).squareRoot()) < 0.02)
    #expect(abs(signal.mean - 50.04) < 0.03 && abs(signal.standardDeviation - 2) < 0.03)
  }

  @Test("brightness multiplies and adds")
  func brightness() {
    let after = Brightness(factors: [1.2], shifts: [0.5]).applied(to: volume)
    #expect(worst(after, volume.voxels.map { Float(Double($0) * 1.2 + 0.5) }).difference < 1e-6)
  }

  @Test("contrast spreads values about the mean and keeps the range", arguments: [0.6, 1.3])
  func contrast(factor: Double) {
    let mean = moments(volume.voxels).mean
    let (low, high) = (volume.voxels.min()!, volume.voxels.max()!)
    let expected = volume.voxels.map { min(max(Float((Double($0) - mean) * factor + mean), low), high) }
    let after = Contrast(factors: [factor]).applied(to: volume)
    #expect(worst(after, expected).difference < Self.kernelTolerance)
    #expect(after.min()! >= low && after.max()! <= high)
  }

  @Test("gamma follows libm's pow, and keeps mean and deviation", arguments: [0.05, 0.7, 1, 1.5, 9], [false, true])
  func gamma(exponent: Double, isInverted: Bool) {
    let signed = volume.voxels.map { isInverted ? -Double($0) : Double($0) }
    let (low, range) = (signed.min()!, signed.max()! - signed.min()!)
    let bent = signed.map { pow(($0 - low) / range, exponent) * range + low }
    let before = moments(volume.voxels)
    let mean = bent.reduce(0, +) / Double(bent.count)
    let deviation = (bent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(bent.count - 1)).squareRoot()
    let factor = (isInverted ? -1 : 1) * before.standardDeviation / deviation
    let expected = bent.map { Float(($0 - mean) * factor + before.mean) }
    let after = Gamma(exponents: [exponent], isInverted: isInverted).applied(to: volume)
    // A deviation that shrank, and is restored, takes the error along, which a power multiplies.
    let tolerance = Self.kernelTolerance * Float(max(1, abs(factor)) * max(1, exponent / 2))
    #expect(worst(after, expected).difference < tolerance)
    #expect(abs(moments(after).mean - before.mean) < 1e-6)
    #expect(abs(moments(after).standardDeviation - before.standardDeviation) < 1e-6)
  }

  @Test("statistics hold where the mean is far greater than the deviation")
  func offset() {
    let far = volume.voxels.map { $0 + 1000 }
    let before = moments(far)
    let after = moments(Gamma(exponents: [1.4], isInverted: false).applied(to: far, grid: volume.grid))
    #expect(abs(after.mean - before.mean) < 1e-3 && abs(after.standardDeviation - before.standardDeviation) < 1e-3)
  }

  @Test("a blur makes a point a Gaussian, a constant stays, and wide kernels are mirrored again and again")
  func blur() {
    let grid = makeGrid(15, 15, 15)
    var point = [Float](repeating: 0, count: grid.size.count)
    point[(7 * 15 + 7) * 15 + 7] = 1
    let after = Blur(sigmas: [[1, 0.7, 0.2]]).applied(to: point, grid: grid)
    #expect(abs(after.reduce(0, +) - 1) < 1e-5)
    let (centre, aside) = (after[(7 * 15 + 7) * 15 + 7], after[(7 * 15 + 8) * 15 + 9])
    #expect(abs(aside / centre - Float(exp(-2.0 - 1 / (2 * 0.49)))) < 1e-5)
    #expect(after[(8 * 15 + 7) * 15 + 7] == 0)
    let wide = Blur(sigmas: [[60, 60, 60]]).applied(to: volume.voxels, grid: volume.grid)
    #expect(wide.allSatisfy { $0.isFinite } && moments(wide).standardDeviation < 0.1)
  }

  @Test("low resolution picks the nearest samples and interpolates between them")
  func lowResolution() {
    let grid = makeGrid(6, 1)
    let after = LowResolution(scales: [0.5], axes: [.i]).applied(to: [0, 1, 2, 3, 4, 5], grid: grid)
    // Samples 1, 3 and 5 stand at 0.5, 2.5 and 4.5.
    #expect(worst(after, [1, 1.5, 2.5, 3.5, 4.5, 5]).difference < 1e-6)
    #expect(LowResolution(scales: [1], axes: [.i, .j, .k]).applied(to: volume) == volume.voxels)
    #expect(LowResolution(scales: [0.01], axes: [.i]).applied(to: [0, 1, 2], grid: makeGrid(3, 1)) == [1, 1, 1])
  }

  @Test("a bias field of mean 1 multiplies what is above the least value")
  func biasField() {
    let grid = makeGrid(31, 21, 11)
    var image = [Float](repeating: 1, count: grid.size.count)
    image[0] = 0
    let after = BiasField(order: 1, coefficients: [0.8, 0, 0]).applied(to: image, grid: grid)
    let field = (0..<31).map { exp(0.8 * (Double($0) / 15 - 1)) }
    let mean = field.reduce(0, +) / 31
    for i in 1..<31 { #expect(abs(after[i] - Float(field[i] / mean)) < 1e-6) }
    #expect(after[0] == 0 && abs(moments(Array(after.dropFirst())).mean - 1) < 1e-3)
    #expect(BiasField(order: 3, coefficients: []).applied(to: image, grid: grid) == image)
  }

  @Test("a histogram shift is monotone and keeps the range")
  func histogramShift() {
    let after = HistogramShift(moves: [[0.5, -0.5, 0.4, 0.1, -0.3]]).applied(to: volume)
    let order = volume.voxels.indices.sorted { volume.voxels[$0] < volume.voxels[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { after[$0] <= after[$1] + 1e-6 })
    #expect(abs(after.min()! - volume.voxels.min()!) < 1e-6 && abs(after.max()! - volume.voxels.max()!) < 2e-6)
  }

  @Test("ghosts repeat an object at equal distances and keep the mean")
  func ghosting() {
    let grid = makeGrid(64, 1)
    var image = [Float](repeating: 0, count: 64)
    image[10] = 1
    let after = Ghosting(axis: .i, ghosts: 4, intensity: 1, centre: 0).applied(to: image, grid: grid)
    for copy in [26, 42, 58] { #expect(after[copy] < -0.2) }
    #expect(abs(after.reduce(0, +) - 1) < 1e-5 && abs(after[15]) < 0.02)
    #expect(
      Ghosting(axis: .j, ghosts: 4, intensity: 1, centre: 1).applied(to: volume).elementsEqual(volume.voxels) {
        abs($0 - $1) < 1e-5
      })
  }

  @Test("moves after the acquisition, and those that lead nowhere, change nothing")
  func motion() {
    let pose = RigidTransform(rotationDegrees: [0, 0, 10], translation: [2, 1, 0])
    let late = Motion(axis: .j, moves: [Motion.Move(time: 1.1, pose: pose)]).applied(to: volume)
    #expect(worst(late, volume.voxels).difference < 1e-5)
    let early = Motion(axis: .j, moves: [Motion.Move(time: -0.1, pose: pose)]).applied(to: volume)
    #expect(worst(early, volume.voxels).difference < 1e-5)
    let still = Motion(axis: .j, moves: [Motion.Move(time: 0.5, pose: RigidTransform())]).applied(to: volume)
    #expect(worst(still, volume.voxels).difference < 1e-5)
    let middle = Motion(axis: .j, moves: [Motion.Move(time: 0.3, pose: pose)]).applied(to: volume)
    #expect(worst(middle, volume.voxels).difference > 0.1)
  }

  @Test("a spike is a wave of its amplitude in standard deviations")
  func spikes() {
    let wave = Spikes.Wave(cycles: [3, 0, 0], phase: 0, amplitude: 0.5)
    let after = Spikes(waves: [wave, wave]).applied(to: volume)
    let deviation = moments(volume.voxels).standardDeviation
    for i in 0..<40 {
      let expected = Double(volume.voxels[i]) + deviation * cos(2 * .pi * 3 * Double(i) / 40)
      #expect(abs(Double(after[i]) - expected) < 1e-5)
    }
  }

  @Test("cut-outs are the mean within their boxes, and leave the rest")
  func cutOut() {
    let box = CutOut.Box(position: [1, 0, 0.5], size: [0.25, 0.1, 1])
    let after = CutOut(boxes: [box]).applied(to: volume)
    let mean = Float(moments(volume.voxels).mean)
    for index in after.indices {
      let (i, j) = (index % 40, index / 40 % 33)
      if i >= 30 && j < 3 {
        #expect(abs(after[index] - mean) < 1e-6)
      } else {
        #expect(after[index] == volume.voxels[index])
      }
    }
  }

  @Test("a lost channel becomes its mean")
  func channelDropout() {
    let volume = makeVolume(makeGrid(9, 8, 7), channels: 2)
    let after = ChannelDropout(lost: [1]).applied(to: volume)
    let mean = Float(moments(volume.values(ofChannel: 1)).mean)
    #expect(values(of: after, channel: 0, of: 2) == volume.values(ofChannel: 0))
    #expect(values(of: after, channel: 1, of: 2).allSatisfy { abs($0 - mean) < 1e-6 })
    #expect(ChannelDropout(lost: [0, 1]).applied(to: volume) == volume.voxels)
    #expect(ChannelDropout(lost: [0]).applied(to: self.volume) == self.volume.voxels)
  }
}
