import Testing
import Training

@Suite struct TrainingWatchTests {
  private func rows(
    train: [Double] = [], validation: [Double] = [], scores: [Double?] = [], unpredicted: [[String]] = []
  ) -> [ProgressRow] {
    func at<Value>(_ values: [Value], _ index: Int) -> Value? { values.indices.contains(index) ? values[index] : nil }
    return (0..<max(train.count, scores.count, unpredicted.count)).map { index in
      ProgressRow(
        epoch: index + 1, trainLoss: at(train, index), validationLoss: at(validation, index),
        score: at(scores, index) ?? nil, averagedScore: nil, unpredicted: at(unpredicted, index) ?? [],
        learningRate: 1, seconds: 0)
    }
  }

  private func concerns(_ rows: [ProgressRow]) -> [TrainingConcern] {
    var watch = TrainingWatch()
    return rows.flatMap { watch.observe($0) }
  }

  @Test("A validation loss that rises for five epochs while the training loss falls is overfitting, told once")
  func overfitting() {
    let train = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01]
    let rising = [1, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8]
    let scores = train.indices.map { Double?(Double($0) / 100) }
    #expect(
      concerns(rows(train: train, validation: rising, scores: scores)) == [.overfitting(since: 2, epoch: 7)])
    // A loss that only trembles, and one that rises with the training loss, are none.
    let trembling = train.indices.map { 0.7 + 0.01 * Double($0 % 2) }
    #expect(concerns(rows(train: train, validation: trembling, scores: scores)) == [])
    #expect(concerns(rows(train: rising, validation: rising, scores: scores)) == [])
  }

  @Test("A class that no epoch predicts is told after five epochs; one that some epoch predicts is not")
  func unpredicted() {
    let never = [["a", "b"], ["a", "b"], ["b"], ["a", "b"], ["a", "b"], ["b"], ["b"]]
    let scores = never.indices.map { Double?(Double($0)) }
    #expect(concerns(rows(scores: scores, unpredicted: never)) == [.neverPredicted(classes: ["b"], epochs: 5)])
    #expect(concerns(rows(scores: scores, unpredicted: [["a"], [], ["a"], ["a"], ["a"], ["a"]])) == [])
  }

  @Test("No improvement over the first epoch is told after five more; by the training loss without a score")
  func improvement() {
    #expect(concerns(rows(scores: [0.3, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.1])) == [.noImprovement(epochs: 6)])
    #expect(concerns(rows(scores: [0.3, 0.2, 0.3, 0.1, 0.31, 0.3, 0.1, 0.1])) == [])
    #expect(concerns(rows(train: [1, 1, 1.1, 1.2, 1, 1, 1])) == [.noImprovement(epochs: 6)])
    #expect(concerns(rows(train: [1, 1, 1.1, 0.9, 1, 1, 1])) == [])
  }

  @Test("A resumed training does not tell again what it told before")
  func resumed() {
    let all = rows(scores: Array(repeating: 0.3, count: 9))
    for split in all.indices {
      var first = TrainingWatch()
      let before = all[..<split].flatMap { first.observe($0) }
      var second = TrainingWatch(after: Array(all[..<split]))
      #expect(before + all[split...].flatMap { second.observe($0) } == [.noImprovement(epochs: 6)])
    }
  }

  @Test("Each concern says in one line what to do")
  func messages() {
    let concerns: [TrainingConcern] = [
      .overfitting(since: 2, epoch: 7), .neverPredicted(classes: ["lesion"], epochs: 5), .noImprovement(epochs: 6),
    ]
    for text in concerns.map({ "\($0)" }) {
      #expect(text.hasPrefix("epoch ") && !text.contains("\n"))
    }
    #expect("\(concerns[1])".contains("lesion"))
  }
}
