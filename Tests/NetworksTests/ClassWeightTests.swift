import Configurations
import Foundation
import Networks
import TestSupport
import Testing

@Suite("Weights of classes") struct ClassWeightTests {
  /// Of two cases, the second without a vessel.
  private let census = ClassCensus(names: ["background", "liver", "vessel"], pixels: [[60, 30, 10], [90, 10, 0]])

  private func weights(_ weights: ClassWeights, _ census: ClassCensus) -> [[Double]] {
    var loss = CrossEntropyConfiguration()
    loss.classWeights = weights
    return LossTerms([.init(loss), .init(SoftDiceConfiguration())]).weighted(by: census).listedWeights
  }

  @Test("are numbers of a list, of names, or of a formula; equal ones are none")
  func formulas() {
    #expect(weights(.equal, census) == [])
    #expect(weights(.listed([1, 2, 0]), census) == [[1, 2, 0]])
    #expect(weights(.named(["vessel": 3, "background": 0]), census) == [[0, 1, 3]])
    // 200 pixels / 3 classes / pixels of the class.
    let inverse = weights(.balanced(.inverseFrequency), census)[0]
    #expect(Tolerance.accurateKernel.deviation(of: inverse, from: [200.0 / 450, 200.0 / 120, 200.0 / 30]) == nil)
    // Frequencies 150 / 200, 40 / 200 and, in the first case alone, 10 / 100: the median is 0.2.
    let median = weights(.balanced(.medianFrequency), census)[0]
    #expect(Tolerance.accurateKernel.deviation(of: median, from: [0.2 / 0.75, 1, 2]) == nil)
  }

  @Test("of a class that does not occur are 0, and of an even number of classes the median is between two")
  func rareClasses() {
    let census = ClassCensus(names: ["a", "b", "c"], pixels: [[60, 20, 0]])
    #expect(weights(.balanced(.inverseFrequency), census)[0][2] == 0)
    let median = weights(.balanced(.medianFrequency), census)[0]
    #expect(Tolerance.accurateKernel.deviation(of: median, from: [0.5 / 0.75, 2, 0]) == nil)
  }

  @Test("of classes that there are not, of another number of classes, or of 0 throughout are problems")
  func problems() {
    func problems(_ weights: ClassWeights) -> [ClassWeightProblem] {
      var loss = FocalConfiguration()
      loss.classWeights = weights
      return LossTerms(loss).problems(names: census.names).map(\.problem)
    }
    #expect(problems(.named(["vesel": 3, "lever": 1])) == [.unknown(["lever", "vesel"], classes: census.names)])
    #expect(problems(.listed([1, 2])) == [.count(2, classes: census.names)])
    #expect(problems(.named(["background": 0, "liver": 0, "vessel": 0])) == [.allZero])
    #expect(problems(.named(["vessel": 0])).isEmpty && problems(.balanced(.medianFrequency)).isEmpty)
    #expect(problems(.equal).isEmpty)
  }

  @Test("where no pixel has one above 0, nothing counts")
  func nothingCounts() {
    for var loss in [CrossEntropyConfiguration(), FocalConfiguration()] as [any ClassWeightedLoss] {
      loss.classWeights = .listed([0, 1])
      let shape = Shape(batch: 1, channels: 2, extent: Extent(height: 1, width: 3))
      let check = LossCheck(loss: LossTerms(loss), shape: shape, labels: .all)
      let found = check.answer(check.logits, [0, 255, 0])
      #expect(found.sum == LossSum() && found.gradient.allSatisfy { $0 == 0 })
    }
  }

  @Test("are stored as they are given")
  func coding() throws {
    for weights: ClassWeights in [
      .equal, .listed([1, 0.5]), .named(["a b": 2]), .balanced(.inverseFrequency), .balanced(.medianFrequency),
    ] {
      var loss = FocalConfiguration()
      loss.classWeights = weights
      let decoded = try JSONDecoder().decode(FocalConfiguration.self, from: JSONEncoder().encode(loss))
      // A key that every version wrote must be there; null is not.
      #expect(decoded == loss)
    }
  }
}
