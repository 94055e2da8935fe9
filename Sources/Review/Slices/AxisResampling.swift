/// Resampling of one axis to another number of samples over the same length.
struct AxisResampling {
  private var firsts: [Int] = []
  private var weights: [[Float]] = []

  /// Makes the weights: each output copies the sample that it lies in, or mixes: linearly between the two nearest
  /// centres when enlarging, by the share of its length when shrinking.
  init(from inputCount: Int, to outputCount: Int, interpolation: Interpolation) {
    let step = Double(inputCount) / Double(outputCount)
    for output in 0..<outputCount {
      switch interpolation {
      case .nearest: append(first: min(Int((Double(output) + 0.5) * step), inputCount - 1), [1])
      case .smooth where step <= 1: appendLinear(at: (Double(output) + 0.5) * step - 0.5, inputCount: inputCount)
      case .smooth: appendArea(Double(output) * step, Double(output + 1) * step, inputCount: inputCount)
      }
    }
  }

  /// The number of output samples.
  var count: Int { firsts.count }

  /// The input samples of an output sample: the first, and their weights.
  func taps(of output: Int) -> (first: Int, weights: [Float]) { (firsts[output], weights[output]) }

  private mutating func append(first: Int, _ weights: [Float]) {
    firsts.append(first)
    self.weights.append(weights)
  }

  private mutating func appendLinear(at position: Double, inputCount: Int) {
    let clamped = min(max(position, 0), Double(inputCount - 1))
    let first = min(Int(clamped), max(inputCount - 2, 0))
    let share = Float(clamped - Double(first))
    append(first: first, share > 0 ? [1 - share, share] : [1])
  }

  private mutating func appendArea(_ lower: Double, _ upper: Double, inputCount: Int) {
    let first = Int(lower)
    let last = min(max(Int(upper.rounded(.up)) - 1, first), inputCount - 1)
    let shares = (first...last).map { min(upper, Double($0 + 1)) - max(lower, Double($0)) }
    let sum = shares.reduce(0, +)
    append(first: first, shares.map { Float($0 / sum) })
  }
}

/// How a picture is brought to another size.
enum Interpolation: Sendable {
  /// Each pixel is a copy of one.
  case nearest
  /// Linear when enlarging, the mean over each pixel's area when shrinking.
  case smooth
}

/// Resamples an interleaved plane of (height, width, channel) to another width and height.
func resampledPlane(
  _ plane: [Float], channels: Int, columns: (from: Int, to: AxisResampling), rows: AxisResampling
) -> [Float] {
  let width = columns.to.count
  let inputHeight = plane.count / (columns.from * channels)
  var wide = [Float](repeating: 0, count: inputHeight * width * channels)
  for x in 0..<width {
    let (first, weights) = columns.to.taps(of: x)
    for y in 0..<inputHeight {
      for (tap, weight) in weights.enumerated() {
        let source = (y * columns.from + first + tap) * channels
        for channel in 0..<channels { wide[(y * width + x) * channels + channel] += weight * plane[source + channel] }
      }
    }
  }
  var result = [Float](repeating: 0, count: rows.count * width * channels)
  let stride = width * channels
  for y in 0..<rows.count {
    let (first, weights) = rows.taps(of: y)
    for (tap, weight) in weights.enumerated() {
      for x in 0..<stride { result[y * stride + x] += weight * wide[(first + tap) * stride + x] }
    }
  }
  return result
}
