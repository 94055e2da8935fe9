import Networks
import Randomness
import TestSupport
import Testing

/// Compares a gradient with central differences of the loss.
///
/// For each parameter array: along the gradient itself, which shows a wrong length, and along random directions, which
/// show what stands across it. Distances are relative to the gradient's length, for a direction of length 1.
/// The networks are kept away from the rectifiers' kinks, since a loss with kinks within the step has no such slope; the rectifier's
/// own gradient is held by the kernel's tests and by the comparison with PyTorch.
struct GradientCheck {
  /// The way along a direction, each way: large against the rounding of a float32 loss, small against its curvature.
  static let step = 2.5e-2
  /// A gradient shorter than this is held to the distance allowed for this length: the loss's rounding hides more.
  static let shortestLength = 1e-3
  static let randomDirections = 3

  let net: SmallUNet

  /// What is wrong with the gradient of a parameter array.
  func failure(of gradient: [Float], _ entry: ParameterLayout.Entry) -> Deviation? {
    let values = doubles(Array(gradient[entry.range]))
    let length = max(values.reduce(0) { $0 + $1 * $1 }.squareRoot(), Self.shortestLength)
    let random = (0..<Self.randomDirections).map { doubles(normalFloats(values.count, "direction \($0)")) }
    for direction in [values] + random {
      let norm = max(direction.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-30)
      let unit = direction.map { $0 / norm }
      let found = zip(values, unit).reduce(0) { $0 + $1.0 * $1.1 }
      // The length stands beside the slope to give the distance allowed its measure.
      let deviation = Tolerance.gradient.deviation(of: [found, length], from: [slope(along: unit, entry), length])
      if let deviation { return deviation }
    }
    return nil
  }

  func length(of gradient: [Float], _ entry: ParameterLayout.Entry) -> Double {
    gradient[entry.range].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func slope(along direction: [Double], _ entry: ParameterLayout.Entry) -> Double {
    let weights = net.weights[entry]
    let start = Array(weights)
    func loss(at step: Double) -> Double {
      for index in weights.indices { weights[index] = Float(Double(start[index]) + step * direction[index]) }
      return net.forward()
    }
    let slope = (loss(at: Self.step) - loss(at: -Self.step)) / (2 * Self.step)
    _ = weights.update(from: start)
    return slope
  }
}

@Suite struct GradientCheckTests {
  private func netAndGradient(
    _ configuration: SmallUNet.Configuration, loss: LossTerms = LossTerms(CrossEntropyConfiguration())
  ) throws -> (SmallUNet, [Float]) {
    let net = try SmallUNet(configuration, loss: loss)
    net.keepAwayFromKinks()
    net.forward()
    net.execution.backward()
    return (net, Array(net.gradients.values))
  }

  @Test(
    "the gradients of whole U-Nets agree with central differences",
    arguments: SmallUNet.Configuration.all + [.batchNormalised, .dropping])
  func gradientsAgree(_ configuration: SmallUNet.Configuration) throws {
    let (net, gradient) = try netAndGradient(configuration)
    for entry in net.network.layout.entries {
      #expect(GradientCheck(net: net).failure(of: gradient, entry) == nil, "\(entry.parameter.name)")
    }
  }

  @Test("with every loss the gradients agree with central differences", arguments: LossCheck.losses)
  func gradientsOfLossesAgree(_ loss: LossTerms) throws {
    let (net, gradient) = try netAndGradient(.all[1], loss: loss)
    for entry in net.network.layout.entries {
      #expect(GradientCheck(net: net).failure(of: gradient, entry) == nil, "\(entry.parameter.name)")
    }
  }

  @Test("a wrong gradient of any parameter fails the check", arguments: SmallUNet.Configuration.all)
  func wrongGradientsFail(_ configuration: SmallUNet.Configuration) throws {
    let (net, right) = try netAndGradient(configuration)
    let check = GradientCheck(net: net)
    let entries = net.network.layout.entries.filter { check.length(of: right, $0) > GradientCheck.shortestLength }
    #expect(entries.count * 2 > net.network.layout.entries.count)
    for entry in entries {
      let name = entry.parameter.name
      var tooLong = right
      for index in entry.range { tooLong[index] *= 1.05 }
      #expect(check.failure(of: tooLong, entry) != nil, "\(name) times 1.05")
      guard entry.range.count > 3 else { continue }
      var turned = right
      turned[entry.range].reverse()
      #expect(check.failure(of: turned, entry) != nil, "\(name) in reverse")
    }
  }
}
