import Datasets
import Jobs
import Metrics
import Networks
import Training
import Volumes

/// Scores a network on whole cases, as the evaluation will.
struct CaseValidator: Validator {
  /// The mean foreground Dice.
  static let dice = "fg_dice"
  var primaryName: String { Self.dice }
  private let cases: [PreparedCase]
  private let segmenter: ScanSegmenter

  init(_ cases: [PreparedCase], _ segmenter: ScanSegmenter) {
    self.cases = cases
    self.segmenter = segmenter
  }

  /// The score of the weights as they are; its loss is not a number where a probability is not finite.
  func score() throws -> Score {
    var loss = LossSum()
    var results: [CaseResult] = []
    var presence = ClassPresence(count: segmenter.card.classes.count)
    let classes = segmenter.card.classes.scored
    do {
      for item in cases {
        let prediction = try predict(item, adding: &loss)
        let reference = item.labels
        presence.add(prediction: prediction, reference: reference)
        results.append(
          try CaseResult(
            name: item.id, predictionFile: "", referenceFile: "", prediction: prediction, reference: reference,
            classCount: classes.count + 1, metrics: [.dice]))
      }
    } catch JobError.outputNotFinite(let name, _) {
      return .notFinite(case: name)
    }
    let evaluation = Evaluation(classes: classes, cases: results)
    let unpredicted = classes.enumerated().filter { presence.isMissed($0.offset + 1) }.map(\.element.name)
    return Score(primary: evaluation.foregroundMean(of: .dice), loss: loss.mean, unpredicted: unpredicted)
  }

  private func predict(_ item: PreparedCase, adding loss: inout LossSum) throws -> LabelMap {
    let grid = item.grid
    let pixels = grid.size.width * grid.size.height
    var labels = [UInt8](repeating: 0, count: grid.size.count)
    try labels.withUnsafeMutableBufferPointer { labels in
      try item.withVoxels { image, truth in
        try segmenter.forEachPlane(of: image, name: item.id) { index, plane in
          let voxels = index * pixels..<(index + 1) * pixels
          plane.chooseClasses(into: UnsafeMutableBufferPointer(rebasing: labels[voxels]))
          loss += plane.crossEntropy(UnsafeBufferPointer(rebasing: truth[voxels]))
        }
      }
    }
    return LabelMap(grid: grid, labels: labels)
  }
}

/// Which classes labels have, and which were predicted where labels count.
private struct ClassPresence {
  private var predicted: [Bool]
  private var referred: [Bool]

  init(count: Int) {
    predicted = Array(repeating: false, count: count)
    referred = predicted
  }

  mutating func add(prediction: LabelMap, reference: LabelMap) {
    for (found, truth) in zip(prediction.labels, reference.labels) where truth != LabelMap.ignored {
      predicted[Int(found)] = true
      referred[Int(truth)] = true
    }
  }

  /// Whether the labels have a class that no prediction has.
  func isMissed(_ index: Int) -> Bool { referred[index] && !predicted[index] }
}
