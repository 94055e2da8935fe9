import Foundation
import Networks
import Volumes

/// The class probabilities of the voxels of a plane. Shape: (height, width, class).
package struct PlaneProbabilities {
  let values: UnsafeBufferPointer<Float>
  let classes: Int

  package init(_ values: UnsafeBufferPointer<Float>, classes: Int) {
    precondition(classes > 0 && values.count.isMultiple(of: classes), "each voxel has a probability for each class")
    (self.values, self.classes) = (values, classes)
  }

  /// Whether no value is infinite or not a number.
  var areFinite: Bool {
    // 0 times a finite number is 0; 0 times any other is not a number, and so is a sum with it.
    var sum = SIMD8<Float>.zero
    let whole = values.count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      for lane in 0..<8 { sum[lane] += values[index &+ lane] * 0 }
    }
    for index in whole..<values.count { sum[0] += values[index] * 0 }
    return sum.sum() == 0
  }

  /// Writes each voxel's most probable class; the first of equals.
  package func chooseClasses(into labels: UnsafeMutableBufferPointer<UInt8>) {
    precondition(labels.count * classes == values.count, "one label per voxel")
    for voxel in labels.indices {
      let first = voxel &* classes
      var best = 0
      for index in 1..<classes where values[first &+ index] > values[first &+ best] { best = index }
      labels[voxel] = UInt8(best)
    }
  }

  /// The cross-entropy against the true classes; ignored voxels do not count.
  package func crossEntropy(_ truth: UnsafeBufferPointer<UInt8>) -> LossSum {
    precondition(truth.count * classes == values.count, "one label per voxel")
    var sum = LossSum()
    for voxel in truth.indices where truth[voxel] != LabelMap.ignored {
      let probability = values[voxel &* classes &+ Int(truth[voxel])]
      sum.loss -= log(Double(max(probability, .leastNormalMagnitude)))
      sum.count &+= 1
    }
    return sum
  }
}
