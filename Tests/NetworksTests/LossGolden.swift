import Configurations
import Foundation
import Networks
import TestSupport
import Testing

/// What PyTorch computes in double precision; see Tests/Golden/losses/make.py.
struct LossGolden {
  /// A 2-D and a 3-D batch.
  static let images = ["plane", "volume"]

  private let images: String
  private let file: WeightFile
  private let shape: Shape
  private let target: [UInt8]
  /// The weights of the classes.
  var weights: ClassWeights { .listed(Array([0.5, 2, 1, 3].prefix(shape.channels))) }

  init(_ images: String) throws {
    self.images = images
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/losses/losses.safetensors")
    file = try WeightFile(contentsOf: url)
    let logits = try #require(file.arrays["\(images)/logits"])
    let s = logits.shape
    shape = Shape(batch: s[0], channels: s[4], extent: Extent(depth: s[1], height: s[2], width: s[3]))
    target = try #require(file.arrays["\(images)/labels"]).values.map { UInt8($0) }
  }

  /// Compares a loss and its gradient with those of this name.
  func expect(_ name: String, _ loss: LossTerms) throws {
    let check = LossCheck(loss: loss, shape: shape, labels: .all)
    let found = check.answer(try #require(file.arrays["\(images)/logits"]).values, target)
    let (value, gradient) = (
      try #require(file.arrays["\(images)/\(name)/loss"]), try #require(file.arrays["\(images)/\(name)/gradient"])
    )
    #expect(found.sum.count == target.count { $0 != Target.ignored })
    #expect(Tolerance.descent.deviation(of: [try #require(found.sum.mean)], from: value.values) == nil, "\(name)")
    #expect(Tolerance.descent.deviation(of: found.gradient, from: gradient.values) == nil, "\(name)")
  }
}
