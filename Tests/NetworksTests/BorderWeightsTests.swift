import CKernels
import Foundation
import Networks
import TestSupport
import Testing

@Suite struct BorderWeightsTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let shape: Shape
    let labels: [UInt8]
    var sigma = 2.0
    var testDescription: String { "\(name), \(shape), sigma \(sigma)" }

    /// Rows of a plane: `.` background, `?` ignored, digits classes.
    init(_ name: String, _ rows: [String]) {
      self.name = name
      shape = Shape(batch: 1, channels: 1, extent: Extent(height: rows.count, width: rows[0].count))
      labels = rows.joined().map { $0 == "." ? 0 : $0 == "?" ? 255 : UInt8(String($0))! }
    }

    init(_ name: String, _ shape: Shape, foreground: Int, sigma: Double) {
      (self.name, self.shape, self.sigma) = (name, shape, sigma)
      labels = randomLabels(shape.pixels, classes: 100, ignoresSome: true).map {
        $0 == 255 ? 255 : $0 < foreground ? 1 + $0 % 2 : 0
      }
    }
  }

  static let samples = [
    Sample("two cells", ["11..22", "11..22", "11..22"]),
    Sample("corners touch", ["1....", ".1...", "....."]),
    Sample("classes that touch are one object", ["12...", "12...", "....3"]),
    Sample("one object", ["11...", "1...."]),
    Sample("no object", ["....."]),
    Sample("nothing but objects", ["121"]),
    Sample("an ignored gap", ["1?1..", "....."]),
    Sample("dense", Shape(batch: 3, channels: 1, extent: Extent(height: 23, width: 31)), foreground: 40, sigma: 2),
    Sample("sparse", Shape(batch: 2, channels: 1, extent: Extent(height: 40, width: 70)), foreground: 1, sigma: 5),
    Sample("far apart", Shape(batch: 1, channels: 1, extent: Extent(height: 60, width: 60)), foreground: 1, sigma: 1),
    Sample(
      "volume", Shape(batch: 2, channels: 1, extent: Extent(depth: 7, height: 9, width: 8)), foreground: 10, sigma: 3),
    Sample(
      "sparse volume", Shape(batch: 1, channels: 1, extent: Extent(depth: 11, height: 12, width: 13)), foreground: 1,
      sigma: 5),
  ]

  private func found(_ sample: Sample, weight: Double = 10, workers: Int = 2) -> [Float] {
    let e = sample.shape.extent
    var c = ck_border_weights(
      samples: Int32(sample.shape.batch), depth: Int32(e.depth), height: Int32(e.height), width: Int32(e.width),
      weight: Float(weight), sigma: Float(sample.sigma), workers: Int32(workers))
    let weights = FencedFloats(count: sample.labels.count)
    var scratch = [UInt32](repeating: .max, count: ck_border_weights_scratch(&c) / 4)
    ck_border_weights_of(&c, sample.labels, &scratch, weights.start)
    #expect(weights.isFenceIntact)
    return weights.values
  }

  /// By the definition: every object's pixels against every background pixel.
  private func expected(_ sample: Sample, weight: Double = 10) -> [Double] {
    let (e, size) = (sample.shape.extent, sample.shape.extent.count)
    func place(_ pixel: Int) -> SIMD3<Int> {
      SIMD3(pixel % e.width, pixel / e.width % e.height, pixel / e.width / e.height)
    }
    return (0..<sample.shape.batch).flatMap { index -> [Double] in
      let labels = sample.labels[index * size..<(index + 1) * size].map { $0 }
      var left = Set(labels.indices.filter { labels[$0] != 0 && labels[$0] != 255 })
      var objects: [[SIMD3<Int>]] = []
      while let first = left.popFirst() {
        var (open, object) = ([first], [place(first)])
        while let pixel = open.popLast() {
          for other in left.filter({
            let d = place($0) &- place(pixel)
            return (d &* d).wrappedSum() == 1
          }) {
            left.remove(other)
            open.append(other)
            object.append(place(other))
          }
        }
        objects.append(object)
      }
      return labels.indices.map { pixel in
        guard labels[pixel] == 0, objects.count > 1 else { return 0 }
        let distances = objects.map { object in
          Double(
            object.map {
              let d = $0 &- place(pixel)
              return (d &* d).wrappedSum()
            }.min()!
          ).squareRoot()
        }.sorted()
        let sum = distances[0] + distances[1]
        return weight * exp(-sum * sum / (2 * sample.sigma * sample.sigma))
      }
    }
  }

  @Test("agree with the definition, for any number of workers and with every variant", arguments: samples)
  func agreesWithDefinition(_ sample: Sample) {
    let found = found(sample)
    let expected = expected(sample)
    // A weight below the rounding of w0 is 0.
    #expect(Tolerance.accurateKernel.deviation(of: found + [10], from: expected + [10]) == nil)
    expectSameBits { self.found(sample, workers: $0) }
  }

  @Test("are those of the figure: largest in the gap, none in cells")
  func gap() {
    let sample = Sample("gap", ["11.22....", "11.22...."])
    let weights = found(sample)
    // d1 = d2 = 1: 10 exp(-4 / 8).
    #expect(abs(Double(weights[2]) - 10 * exp(-0.5)) < 1e-5)
    #expect(weights[0] == 0 && weights[4] == 0)
    #expect(weights[5] < weights[2] && weights[5] > weights[6])
  }

  @Test("in the loss agree with PyTorch, also with weights of classes", arguments: LossGolden.images)
  func agreesWithPyTorch(_ images: String) throws {
    let golden = try LossGolden(images)
    var loss = CrossEntropyConfiguration()
    (loss.borderWeight, loss.borderSigma) = (10, 2)
    try golden.expect("cross_entropy, borders", LossTerms(loss))
    (loss.borderWeight, loss.borderSigma, loss.classWeights) = (4, 1.5, golden.weights)
    try golden.expect("cross_entropy, borders and class weights", LossTerms(loss))
  }

  @Test("have a gradient that agrees with central differences, and memory that is counted")
  func gradient() {
    var loss = CrossEntropyConfiguration()
    (loss.borderWeight, loss.borderSigma) = (10, 2)
    for shape in LossCheck.shapes {
      let check = LossCheck(loss: LossTerms(loss), shape: shape, labels: .all)
      #expect(check.failure(of: check.answer(check.logits, check.target).gradient) == nil)
    }
    #expect(loss.memory(of: LossCheck.shapes[0]) > 30 * 24)
    #expect(CrossEntropyConfiguration().memory(of: LossCheck.shapes[0]) == 0)
  }

  @Test("a sigma without a weight is a problem")
  func problem() {
    var loss = CrossEntropyConfiguration()
    loss.borderSigma = 3
    #expect(loss.contradictions.map(\.key) == ["border_sigma"])
    loss.borderWeight = 10
    #expect(loss.contradictions.isEmpty)
  }
}
