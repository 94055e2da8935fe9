extension Metric {
  /// Dice's coefficient 2 TP / (2 TP + FP + FN), also called F1: 0 for a miss or a false alarm, undefined where both masks
  /// are empty.
  /// Source: Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26(3), 1945.
  public static let dice = Metric(name: "Dice", preference: .higher, penalty: .both(.value(0))) { comparison in
    let counts = comparison.counts
    return .ratio(2 * counts.truePositives, counts.predicted + counts.reference)
  }

  /// Intersection over union TP / (TP + FP + FN): 0 for a miss or a false alarm, undefined where both masks are empty.
  /// Source: Jaccard, "The Distribution of the Flora in the Alpine Zone", New Phytologist 11(2), 1912.
  public static let iou = Metric(name: "IoU", preference: .higher, penalty: .both(.value(0))) { comparison in
    let counts = comparison.counts
    return .ratio(counts.truePositives, counts.truePositives + counts.falsePositives + counts.falseNegatives)
  }

  /// The F-measure with beta 0.5, which weighs precision more: 1.25 TP / (1.25 TP + 0.25 FN + FP).
  public static let f05 = fMeasure("F0.5", betaSquared: 0.25)

  /// The F-measure with beta 2, which weighs recall more: 5 TP / (5 TP + 4 FN + FP).
  public static let f2 = fMeasure("F2", betaSquared: 4)

  /// Matthews' correlation coefficient (TP TN - FP FN) / sqrt((TP + FP)(TP + FN)(TN + FP)(TN + FN)), in -1...1.
  ///
  /// Undefined where a factor is 0; a miss or a false alarm counts as 0 where misses are penalised.
  /// Source: Matthews, "Comparison of the Predicted and Observed Secondary Structure of T4 Phage Lysozyme", Biochimica et
  /// Biophysica Acta 405(2), 1975.
  public static let matthewsCorrelation = Metric(
    name: "MCC", preference: .higher, penalty: .both(.value(0))
  ) { comparison in
    let counts = comparison.counts
    let (truePositives, trueNegatives) = (Double(counts.truePositives), Double(counts.trueNegatives))
    let (falsePositives, falseNegatives) = (Double(counts.falsePositives), Double(counts.falseNegatives))
    let product = (Double(counts.predicted) * Double(counts.reference)).squareRoot()
    let other = (Double(counts.negatives) * (trueNegatives + falseNegatives)).squareRoot()
    guard product * other > 0 else { return .undefined }
    return MetricValue((truePositives * trueNegatives - falsePositives * falseNegatives) / (product * other))
  }

  /// Source: van Rijsbergen, "Information Retrieval", 2nd edition, 1979, chapter 7.
  private static func fMeasure(_ name: String, betaSquared: Double) -> Metric {
    Metric(name: name, preference: .higher, penalty: .both(.value(0))) { comparison in
      let counts = comparison.counts
      let hits = (1 + betaSquared) * Double(counts.truePositives)
      return MetricValue(
        hits / (hits + betaSquared * Double(counts.falseNegatives) + Double(counts.falsePositives)))
    }
  }
}
