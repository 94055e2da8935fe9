import Files
import Jobs
import Networks
import Pipelines
import Training

/// The parameters of `fine-tune` that say what of a model is kept, and how it is trained.
struct TransferParameters {
  let transfer: WeightTransfer
  /// Which part is trained.
  private let trained: Trained
  /// What the learning rate of part 1 is multiplied by, at the cut.
  private let rate: Double
  /// What it is further multiplied by for each block towards the input.
  private let decay: Double
  /// The epochs, from 1, from which on further blocks of part 1 are trained, those at the cut first; nil: all, from the start.
  private let thaws: [Int]?
  /// What the network has in place of the model's; nil: the same.
  let dimensions: Int?
  let depth: Int?

  /// Which part of a network is trained.
  private enum Trained: String, CaseIterable {
    /// Everything.
    case all
    /// Part 2 alone; part 1 is frozen.
    case secondPart = "part_2"
  }

  /// Reads the keys.
  ///
  /// - Parameter defaultCut: Where the network is cut if the file does not say it.
  init(_ parameters: ParameterReader, defaultCut: CutPoint = .head) throws {
    // The words of versions before 0.6.
    parameters.alias("reinitialise", of: "cut")
    parameters.alias("reinitialize", of: "cut")
    let earlier = ["decoder": "encoder", "none": "whole"]
    let cut = try parameters.value(
      "cut",
      .parsed("whole, head, encoder, or the last block of part 1, such as encoder.2 or decoder.1") {
        CutPoint(earlier[$0] ?? $0)
      }, default: defaultCut, absent: .text(CutPoint.head.name))
    let inflation: WeightTransfer.Inflation = try parameters.choice("inflation", default: .centre)
    transfer = WeightTransfer(cut: cut, inflation: inflation, channels: try parameters.optionalChoice("channels"))
    trained = try parameters.choice("trainable", aliases: [("reinitialised", .secondPart)], default: .all)
    rate = try parameters.double("part_1_rate", default: 1, in: .above(0, atMost: 100), absent: 1)
    decay = try parameters.double("rate_decay", default: 1, in: .above(0, atMost: 1), absent: 1)
    thaws = try parameters.optionalInts("unfreeze", in: .atLeast(2), count: 1...32)
    let network = try parameters.optionalNested("network")
    dimensions = try network?.optionalInt("dimensions", in: .within(2...3))
    depth = try network?.optionalInt("depth", in: .within(1...6))
    if cut == .whole, trained == .secondPart {
      try parameters.refuse(
        "trainable", expected: "all with cut: whole, which leaves nothing else to train", comparedWith: ["cut"])
    }
    if cut == .whole, thaws != nil {
      try parameters.refuse(
        "unfreeze", expected: "none with cut: whole, which leaves nothing else to train", comparedWith: ["cut"])
    }
    if trained == .secondPart {
      for key in ["part_1_rate", "rate_decay", "unfreeze"] where parameters.has(key) {
        try parameters.refuse(
          key, expected: "none with trainable: part_2, which never trains part 1", comparedWith: ["trainable"])
      }
    }
    if let thaws, zip(thaws, thaws.dropFirst()).contains(where: { $0 >= $1 }) {
      try parameters.refuse("unfreeze", expected: "epochs in increasing order, such as [3, 5]")
    }
  }

  /// The last epoch, from 1, from which on a block of part 1 is trained; nil: all are from the start.
  var lastThaw: Int? { thaws?.last }

  /// Whether part 1 is never trained.
  var freezesFirstPart: Bool { trained == .secondPart }

  /// The network that a model of this shape starts.
  ///
  /// - Throws: `TransferError.otherDimensions`, `.unknownCut`, `.tooManyThaws`.
  func network(for model: UNetConfiguration, file: String) throws -> (network: UNetConfiguration, isOther: Bool) {
    var network = model
    network.dimensions = dimensions ?? model.dimensions
    network.depth = depth ?? model.depth
    guard network.dimensions >= model.dimensions else {
      throw TransferError.otherDimensions(file: file, model: model.dimensions, asked: network.dimensions)
    }
    let isOther = network.dimensions != model.dimensions || network.depth != model.depth
    if isOther { (network.kernels, network.pooling) = (nil, nil) }
    _ = try rules(depth: network.depth)
    return (network, isOther)
  }

  /// Which parameters are trained, and how; those that are new are trained from the start.
  ///
  /// - Parameters:
  ///   - depth: The network's number of downsamplings.
  ///   - new: The names of the parameters of part 1 that the model does not have.
  /// - Throws: `TransferError.unknownCut`, `.tooManyThaws`.
  func schedule(depth: Int, new: [String] = []) throws(TransferError) -> ParameterSchedule {
    ParameterSchedule(new.map { ParameterSchedule.Rule(prefix: $0) } + (try rules(depth: depth)))
  }

  private func rules(depth: Int) throws(TransferError) -> [ParameterSchedule.Rule] {
    let blocks = Array(try transfer.cut.firstPart(depth: depth).reversed())
    if let thaws, thaws.count > blocks.count { throw .tooManyThaws(count: thaws.count, blocks: blocks) }
    var rules: [ParameterSchedule.Rule] = []
    var factor = rate
    for (index, block) in blocks.enumerated() {
      var first: Int? = 0
      if trained == .secondPart { first = nil } else if let thaws { first = thaws[min(index, thaws.count - 1)] - 1 }
      rules.append(ParameterSchedule.Rule(prefix: block + ".", rate: factor, firstEpoch: first))
      factor *= decay
    }
    return rules
  }

  /// How part 1 is trained, for the log.
  var summary: String {
    if trained == .secondPart { return "part 1 is frozen" }
    var parts: [String] = []
    if rate != 1 { parts.append("learning rate of part 1 times \(significant(rate))") }
    if decay != 1 { parts.append("learning rate times \(significant(decay)) for each further block towards the input") }
    if let thaws { parts.append("part 1 is frozen until epoch \(thaws.map { "\($0)" }.joined(separator: ", "))") }
    return parts.isEmpty ? "all are trained" : parts.joined(separator: ", ")
  }
}
