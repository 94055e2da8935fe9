import Networks
import TestSupport
import Testing

extension ClassCensus {
  /// Of classes that are called by their indices.
  static func test(classes: Int) -> ClassCensus { ClassCensus(names: (0..<classes).map { "\($0)" }, pixels: []) }
}

/// Logits and labels of a shape, and a check of a loss's gradient on them by central differences.
struct LossCheck: Sendable, CustomTestStringConvertible {
  /// Which labels there are.
  enum Labels: String, CaseIterable {
    /// Every class, and ignored pixels.
    case all
    /// The last class is missing.
    case oneMissing
    /// Only the background.
    case background
    /// A batch whose first sample is ignored.
    case sampleIgnored
  }

  let loss: LossTerms
  let shape: Shape
  let labels: Labels
  var testDescription: String { "\(loss.testDescription), \(shape), \(labels)" }

  /// What every loss is tested as: by its defaults, by each other word of its keys, and with weights of classes.
  static let losses = Losses.with(.classes).flatMap { variants(of: $0) }.map { LossTerms($0) } + [sum]
  private static let sum = LossTerms([
    .init(CrossEntropyConfiguration(), weight: 2), .init(SoftDiceConfiguration(), weight: 0.5),
  ])
  /// 2-D and 3-D, two classes and many.
  static let shapes = [
    Shape(batch: 2, channels: 2, extent: Extent(height: 3, width: 5)),
    Shape(batch: 3, channels: 7, extent: Extent(height: 5, width: 4)),
    Shape(batch: 2, channels: 3, extent: Extent(depth: 3, height: 2, width: 4)),
    Shape(batch: 1, channels: 2, extent: Extent(height: 1, width: 1)),
  ]
  static let all = losses.flatMap { loss in
    shapes.flatMap { shape in Labels.allCases.map { LossCheck(loss: loss, shape: shape, labels: $0) } }
  }

  private static func variants<Loss: LossConfiguration>(of type: Loss.Type) -> [any LossConfiguration] {
    Loss.keys.reduce(into: [Loss()]) { variants, key in
      var variant = Loss()
      switch key.kind {
      case .choice(let choice):
        for word in choice.values where word != choice.get(Loss()) {
          choice.set(&variant, word)
          variants.append(variant)
        }
      case .classWeights(let place):
        variant[keyPath: place] = .named(["0": 0.5, "1": 3])
        variants.append(variant)
      case .count, .number, .optionalCount, .optionalNumber, .flag, .optionalLevels: return
      }
    }
  }

  /// Logits that are neither sure nor undecided.
  var logits: [Float] { normalFloats(shape.count, "logits") }

  var target: [UInt8] {
    let classes = labels == .oneMissing ? shape.channels - 1 : labels == .background ? 1 : shape.channels
    var target = randomLabels(shape.pixels, classes: classes, ignoresSome: labels == .all)
    // Every class that there is room for occurs.
    for index in 0..<min(classes, target.count) { target[target.count - 1 - index] = UInt8(index) }
    if labels == .sampleIgnored, shape.batch > 1 {
      for pixel in 0..<shape.extent.count { target[pixel] = Target.ignored }
    }
    return target
  }

  /// The loss's sum and its gradient.
  func answer(_ logits: [Float], _ target: [UInt8], workers: Int = 2) -> (sum: LossSum, gradient: [Float]) {
    let g = FencedFloats(count: logits.count)
    let sum = sum(logits, target, gradient: Tensor(shape: shape, start: g.start), workers: workers)
    #expect(g.isFenceIntact)
    return (sum, g.values)
  }

  /// The loss's sum; the gradient is written where there is a tensor for it.
  func sum(_ logits: [Float], _ target: [UInt8], gradient: Tensor?, workers: Int = 2) -> LossSum {
    let (x, targets, function) = (
      FencedFloats(logits), TargetBuffer(classes: target),
      loss.weighted(by: .test(classes: shape.channels)).loss(of: shape)
    )
    return withExtendedLifetime((x, targets)) {
      function(
        output: Tensor(shape: shape, start: x.start), target: targets.all, gradient: gradient, workers: workers)
    }
  }

  /// The slope of the mean loss along a direction of length 1.
  func slope(along direction: [Double]) -> Double {
    let step = 2e-2
    func mean(_ step: Double) -> Double {
      answer(zip(logits, direction).map { Float(Double($0) + step * $1) }, target).sum.mean ?? .nan
    }
    return (mean(step) - mean(-step)) / (2 * step)
  }

  /// What is wrong with a gradient, along itself and along random directions.
  func failure(of gradient: [Float]) -> Deviation? {
    let values = doubles(gradient)
    func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    // Shorter ones are lost in the loss's rounding.
    let size = max(length(values), 1e-4)
    for direction in [values] + (0..<3).map({ doubles(normalFloats(values.count, "direction \($0)")) }) {
      let norm = max(length(direction), 1e-30)
      let unit = direction.map { $0 / norm }
      let found = zip(values, unit).reduce(0) { $0 + $1.0 * $1.1 }
      // The length stands beside the slope to give the distance allowed its measure.
      let deviation = Tolerance.gradient.deviation(of: [found, size], from: [slope(along: unit), size])
      if let deviation { return deviation }
    }
    return nil
  }
}

extension LossTerms: CustomTestStringConvertible {
  /// The terms.
  public var testDescription: String {
    terms.map { "\($0.weight) \($0.configuration)" }.joined(separator: " + ")
  }
}
