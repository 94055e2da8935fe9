import Foundation

/// How far two partitions of a plane into regions agree, on the regions of the reference alone.
///
/// A pixel that the prediction leaves to the membrane counts as a region of its own.
/// Source: Arganda-Carreras et al., "Crowdsourcing the Creation of Image Segmentation Algorithms for Connectomics",
/// Frontiers in Neuroanatomy 9:142, 2015, equations 3 to 6 with alpha 0.5.
struct RegionAgreement {
  /// The Rand F-score, in 0...1; not a number where the reference has no region.
  let rand: Double
  /// The information F-score, in 0...1; not a number where the reference has no region.
  let information: Double

  init(prediction: PlaneRegions, reference: PlaneRegions) {
    var pairs: [Int: Int] = [:]
    var predicted = [Int](repeating: 0, count: prediction.count + 1)
    var real = [Int](repeating: 0, count: reference.count + 1)
    for (p, r) in zip(prediction.labels, reference.labels) where r > 0 {
      predicted[Int(p)] += 1
      real[Int(r)] += 1
      if p > 0 { pairs[Int(r) * (prediction.count + 1) + Int(p), default: 0] += 1 }
    }
    let count = Double(real.reduce(0, +))
    let alone = Double(predicted[0])
    // In the order of the regions, so that sums have the same bits everywhere.
    let joint = pairs.sorted { $0.key < $1.key }.map { Double($0.value) }
    let sides = [predicted.dropFirst().map(Double.init), real.map(Double.init)]

    func squares(_ sizes: [Double], alone: Double) -> Double { sizes.reduce(0) { $0 + $1 * $1 } + alone }
    rand =
      2 * squares(joint, alone: alone) / (squares(sides[0], alone: alone) + squares(sides[1], alone: 0))

    func entropy(_ sizes: [Double], alone: Double) -> Double {
      sizes.reduce(0) { $1 > 0 ? $0 - $1 / count * log($1 / count) : $0 } + alone / count * log(count)
    }
    let entropies = (entropy(sides[0], alone: alone), entropy(sides[1], alone: 0))
    let shared = entropies.0 + entropies.1 - entropy(joint, alone: alone)
    // One region in both leaves nothing to know.
    information =
      count == 0 ? .nan : entropies.0 + entropies.1 == 0 ? 1 : max(0, 2 * shared / (entropies.0 + entropies.1))
  }
}
