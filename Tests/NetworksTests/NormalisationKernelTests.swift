import CKernels
import TestSupport
import Testing

/// Instance or group normalisation and rectifier in double precision, and the kernel's answers to random input.
struct NormalisationCase: Sendable, CustomTestStringConvertible {
  var batch: Int
  var pixels: Int
  var channels: Int
  var slope: Float = 0
  /// The channels that have one mean and one deviation.
  var together = 1

  static let epsilon: Float = 1e-5
  var testDescription: String {
    "\(batch) x \(pixels) pixels x \(channels), slope \(slope), \(together) channels together"
  }
  var count: Int { batch * pixels * channels }
  /// Off the origin, as activations are.
  var input: [Float] { normalFloats(count, "input").map { 2 * $0 + 3 } }
  var scale: [Float] { normalFloats(channels, "scale") }
  var shift: [Float] { normalFloats(channels, "shift") }
  var gradient: [Float] { normalFloats(count, "gradient") }

  struct Answers<Number: Equatable>: Equatable {
    var output: [Number]
    var inputGradient: [Number]
    var scaleGradient: [Number]
    var shiftGradient: [Number]
    var areFencesIntact = true
  }

  func answers(workers: Int) -> Answers<Float> {
    var c = ck_normalisation(
      groups: Int32(batch), pixels: Int32(pixels), channels: Int32(channels), channels_together: Int32(together),
      epsilon: Self.epsilon,
      slope: slope, workers: Int32(workers))
    let (x, scales, shifts, inOut) = (
      FencedFloats(input), FencedFloats(scale), FencedFloats(shift), FencedFloats(gradient)
    )
    let (coefficients, output) = (
      FencedFloats(count: ck_normalisation_coefficients_size(&c)), FencedFloats(count: count)
    )
    let (scaleGradient, shiftGradient) = (FencedFloats(count: channels), FencedFloats(count: channels))
    let scratch = FencedFloats(count: ck_normalisation_scratch(&c))
    var tensors = ck_normalisation_tensors()
    tensors.input = UnsafePointer(x.start)
    (tensors.scale, tensors.shift) = (UnsafePointer(scales.start), UnsafePointer(shifts.start))
    (tensors.coefficients, tensors.output, tensors.gradient) = (coefficients.start, output.start, inOut.start)
    (tensors.scale_gradient, tensors.shift_gradient) = (scaleGradient.start, shiftGradient.start)
    ck_normalisation_prepare(&c, &tensors, scratch.start)
    ck_normalisation_apply(&c, &tensors)
    ck_normalisation_backward(&c, &tensors, scratch.start)
    let written = [coefficients, output, inOut, scaleGradient, shiftGradient, scratch]
    return Answers(
      output: output.values, inputGradient: inOut.values, scaleGradient: scaleGradient.values,
      shiftGradient: shiftGradient.values, areFencesIntact: written.allSatisfy(\.isFenceIntact))
  }

  var reference: Answers<Double> {
    let (x, g) = (doubles(input), doubles(gradient))
    var answers = Answers<Double>(
      output: x, inputGradient: x, scaleGradient: Array(repeating: 0, count: channels),
      shiftGradient: Array(repeating: 0, count: channels))
    for n in 0..<batch {
      for first in stride(from: 0, to: channels, by: together) {
        let places = (0..<pixels * together).map { index in
          (n * pixels + index / together) * channels + first + index % together
        }
        let size = Double(places.count)
        let mean = places.reduce(0) { $0 + x[$1] } / size
        let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / size
        let inverse = 1 / (variance + Double(Self.epsilon)).squareRoot()
        let normalised = places.map { (x[$0] - mean) * inverse }
        // The gradients of what comes before the rectifier, and before scale and shift.
        let behind = zip(places, normalised).map { place, value in
          Double(scale[place % channels]) * value + Double(shift[place % channels]) > 0
            ? g[place] : Double(slope) * g[place]
        }
        let scaled = zip(places, behind).map { Double(scale[$0 % channels]) * $1 }
        let sum = scaled.reduce(0, +) / size
        let product = zip(scaled, normalised).reduce(0) { $0 + $1.0 * $1.1 } / size
        for (index, place) in places.enumerated() {
          let channel = place % channels
          let value = Double(scale[channel]) * normalised[index] + Double(shift[channel])
          answers.output[place] = value > 0 ? value : Double(slope) * value
          answers.inputGradient[place] = inverse * (scaled[index] - sum - normalised[index] * product)
          answers.scaleGradient[channel] += behind[index] * normalised[index]
          answers.shiftGradient[channel] += behind[index]
        }
      }
    }
    return answers
  }
}

@Suite struct NormalisationKernelTests {
  static let cases = [
    NormalisationCase(batch: 1, pixels: 7, channels: 1), NormalisationCase(batch: 2, pixels: 5, channels: 3),
    NormalisationCase(batch: 3, pixels: 35, channels: 16), NormalisationCase(batch: 2, pixels: 64, channels: 17),
    NormalisationCase(batch: 1, pixels: 60, channels: 33), NormalisationCase(batch: 2, pixels: 3001, channels: 64),
    NormalisationCase(batch: 2, pixels: 40_001, channels: 1), NormalisationCase(batch: 2, pixels: 17_001, channels: 32),
    NormalisationCase(batch: 2, pixels: 64, channels: 17, slope: 0.01),
    NormalisationCase(batch: 2, pixels: 3001, channels: 64, slope: 0.01),
    NormalisationCase(batch: 2, pixels: 64, channels: 17, slope: 1),
    NormalisationCase(batch: 2, pixels: 35, channels: 6, together: 3),
    NormalisationCase(batch: 2, pixels: 5, channels: 7, slope: 0.01, together: 7),
    NormalisationCase(batch: 3, pixels: 3001, channels: 64, together: 8),
    NormalisationCase(batch: 2, pixels: 17_001, channels: 32, slope: 1, together: 16),
  ]

  @Test("forward and backward agree with the definition", arguments: cases)
  func passesAgree(_ test: NormalisationCase) {
    let (found, expected) = (test.answers(workers: 2), test.reference)
    #expect(Tolerance.kernel.deviation(of: found.output, from: expected.output) == nil)
    #expect(Tolerance.sum.deviation(of: found.inputGradient, from: expected.inputGradient) == nil)
    #expect(Tolerance.sum.deviation(of: found.scaleGradient, from: expected.scaleGradient) == nil)
    #expect(Tolerance.sum.deviation(of: found.shiftGradient, from: expected.shiftGradient) == nil)
    #expect(found.areFencesIntact)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers", arguments: cases)
  func bitsDoNotDependOnWorkers(_ test: NormalisationCase) {
    let alone = test.answers(workers: 1)
    for workers in 2...4 { #expect(test.answers(workers: workers) == alone) }
  }

  @Test(
    "every variant agrees with the best one, those with fused multiply-adds bit for bit", arguments: cases,
    KernelVariants.all)
  func variantsAgree(_ test: NormalisationCase, variant: String) {
    let best = test.answers(workers: 2)
    let found = KernelVariants.using(variant) { test.answers(workers: 2) }
    guard variant == "plain" else { return #expect(found == best) }
    #expect(Tolerance.kernel.deviation(of: found.output, from: best.output) == nil)
    #expect(Tolerance.sum.deviation(of: found.inputGradient, from: best.inputGradient) == nil)
    #expect(Tolerance.sum.deviation(of: found.scaleGradient, from: best.scaleGradient) == nil)
    #expect(Tolerance.sum.deviation(of: found.shiftGradient, from: best.shiftGradient) == nil)
    #expect(found.areFencesIntact)
  }

  private func forward(_ input: [Float], channels: Int, shift: Float) -> [Float] {
    var c = ck_normalisation(
      groups: 1, pixels: Int32(input.count / channels), channels: Int32(channels), channels_together: 1,
      epsilon: NormalisationCase.epsilon,
      slope: 0, workers: 2)
    let (x, scales) = (FencedFloats(input), FencedFloats(Array(repeating: 1, count: channels)))
    let (shifts, coefficients) = (
      FencedFloats(Array(repeating: shift, count: channels)),
      FencedFloats(count: ck_normalisation_coefficients_size(&c))
    )
    let output = FencedFloats(count: input.count)
    let scratch = FencedFloats(count: ck_normalisation_scratch(&c))
    var tensors = ck_normalisation_tensors()
    tensors.input = UnsafePointer(x.start)
    (tensors.scale, tensors.shift) = (UnsafePointer(scales.start), UnsafePointer(shifts.start))
    (tensors.coefficients, tensors.output) = (coefficients.start, output.start)
    ck_normalisation_prepare(&c, &tensors, scratch.start)
    ck_normalisation_apply(&c, &tensors)
    return output.values
  }

  @Test("one pixel becomes the rectified shift", arguments: [0.5, -0.5] as [Float])
  func onePixel(shift: Float) {
    #expect(forward([7, -3], channels: 2, shift: shift) == [max(0, shift), max(0, shift)])
  }

  @Test("a constant image becomes the shift, however bright it is", arguments: [1, 100.1, 12345.67] as [Float])
  func constantImage(value: Float) {
    let output = forward(Array(repeating: value, count: 50_000), channels: 1, shift: 0.25)
    #expect(output.allSatisfy { ($0 - 0.25).magnitude < 1e-3 })
  }

  @Test("not-a-number is not hidden by the rectifier")
  func notANumberPasses() {
    #expect(forward([1, .nan, 2], channels: 1, shift: 0).allSatisfy { $0.isNaN })
  }
}
