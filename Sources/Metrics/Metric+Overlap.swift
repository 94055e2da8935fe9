extension Metric {
  /// Dice's coefficient 2 TP / (2 TP + FP + FN): 0 for a miss or a false alarm, undefined where both masks are empty.
  /// Source: Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26(3), 1945.
  public static let dice = Metric(name: "Dice") { comparison in
    let counts = comparison.counts
    return .ratio(2 * counts.truePositives, counts.predicted + counts.reference)
  }

  /// Intersection over union TP / (TP + FP + FN): 0 for a miss or a false alarm, undefined where both masks are empty.
  /// Source: Jaccard, "The Distribution of the Flora in the Alpine Zone", New Phytologist 11(2), 1912.
  public static let iou = Metric(name: "IoU") { comparison in
    let counts = comparison.counts
    return .ratio(counts.truePositives, counts.truePositives + counts.falsePositives + counts.falseNegatives)
  }
}
