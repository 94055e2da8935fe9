import Foundation
import LinearModels
import Testing

/// Tests/Golden/probes/probes.json, made by the script beside it.
private struct GoldenProbe: Decodable {
  let features: [[Double]]
  let targets: [Double]
  let folds: [Int]
  let losses: [Double]
  let strength: Double
  let predictions: [[Double]]

  static func all() throws -> [String: GoldenProbe] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(
      [String: GoldenProbe].self, from: Data(contentsOf: folder.appending(path: "Golden/probes/probes.json")))
  }
}

@Suite struct LinearProbeTests {
  @Test("Losses of cross-validation, the chosen strength and the predictions are those of scikit-learn")
  func golden() throws {
    let all = try GoldenProbe.all()
    #expect(all.count == 4)
    for (name, golden) in all {
      let areClasses = golden.predictions[0].count > 1
      let probe = try LinearProbe(
        FeatureMatrix(golden.features),
        targets: areClasses
          ? .classes(golden.targets.map { Int($0) }, count: golden.predictions[0].count) : .numbers(golden.targets),
        folds: golden.folds)
      for (trial, loss) in zip(probe.trials, golden.losses) {
        #expect(abs(trial.loss - loss) < 2e-4 * max(1, loss), "\(name), strength \(trial.strength)")
      }
      #expect(abs(probe.strength / golden.strength - 1) < 1e-9, "\(name)")
      for (features, expected) in zip(golden.features, golden.predictions) {
        for (found, wanted) in zip(probe.predict(features), expected) {
          #expect(abs(found - wanted) < 2e-4, "\(name)")
        }
      }
    }
  }

  @Test("A probe sees nothing in a constant feature, and predicts the mean where no feature helps")
  func constantFeatures() throws {
    let features = FeatureMatrix([[3, 0.1], [3, 0.1], [3, 0.1], [3, 0.1]])
    let numbers = try LinearProbe(features, targets: .numbers([1, 2, 3, 6]), folds: [0, 0, 1, 1])
    #expect(numbers.function.weightRows == [[0, 0]])
    #expect(numbers.predict([7, -4]) == [3])
    let classes = try LinearProbe(features, targets: .classes([0, 0, 0, 1], count: 2), folds: [0, 1, 0, 1])
    #expect(abs(classes.predict([7, -4])[1] - 0.25) < 1e-4)
  }

  @Test("A class that a fold does not train on costs a finite loss; separable classes give finite weights")
  func extremes() throws {
    let probe = try LinearProbe(
      FeatureMatrix([[0], [1], [10], [11]]), targets: .classes([0, 0, 1, 1], count: 2), folds: [0, 0, 1, 1])
    #expect(probe.trials.allSatisfy { $0.loss.isFinite && $0.loss > 0 })
    let separable = try LinearProbe(
      FeatureMatrix([[0], [1], [10], [11]]), targets: .classes([0, 0, 1, 1], count: 2), folds: [0, 1, 0, 1])
    #expect(separable.predict([0])[0] > 0.9 && separable.predict([11])[1] > 0.9)
    #expect(separable.function.weightRows.joined().allSatisfy { $0.isFinite })
  }

  @Test("Without two folds, with a feature that is no number, or with too many coefficients it says so")
  func errors() {
    #expect(throws: LinearModelError.tooFewFolds(rows: 2)) {
      _ = try LinearProbe(FeatureMatrix([[1], [2]]), targets: .numbers([1, 2]), folds: [3, 3])
    }
    #expect(throws: LinearModelError.notFinite(row: 1, column: 0)) {
      _ = try LinearProbe(FeatureMatrix([[1], [.nan]]), targets: .numbers([1, 2]), folds: [0, 1])
    }
    let wide = FeatureMatrix((0..<80).map { row in (0..<80).map { Double((row * 31 + $0 * 17) % 97) } })
    #expect(throws: LinearModelError.tooManyCoefficients(classes: 110, directions: 40, limit: 4096)) {
      _ = try LinearProbe(wide, targets: .classes(Array(0..<80), count: 110), folds: (0..<80).map { $0 % 2 })
    }
  }
}
