extension Metric {
  /// The harmonic mean of topology precision and sensitivity, in 0...1: for vessels and other tubes.
  ///
  /// Undefined where a mask is empty; 0 where neither line is in the other mask.
  /// Source: Shit et al., "clDice - a Novel Topology-Preserving Loss Function for Tubular Structure Segmentation", CVPR
  /// 2021.
  public static let centreLineDice = centreLines("clDice") { lines in
    let precision = Double(lines.prediction.inside) / Double(lines.prediction.length)
    let sensitivity = Double(lines.reference.inside) / Double(lines.reference.length)
    return precision + sensitivity == 0 ? 0 : 2 * precision * sensitivity / (precision + sensitivity)
  }

  /// The share of the prediction's centre line that is in the reference.
  public static let topologyPrecision = centreLines("topology_precision") { lines in
    Double(lines.prediction.inside) / Double(lines.prediction.length)
  }

  /// The share of the reference's centre line that is in the prediction.
  public static let topologySensitivity = centreLines("topology_sensitivity") { lines in
    Double(lines.reference.inside) / Double(lines.reference.length)
  }

  private static func centreLines(_ name: String, _ value: @escaping @Sendable (CentreLines) -> Double) -> Metric {
    Metric(name: name, preference: .higher, penalty: .both(.value(0))) { comparison in
      try comparison.centreLines().map { MetricValue(value($0)) } ?? .undefined
    }
  }
}
