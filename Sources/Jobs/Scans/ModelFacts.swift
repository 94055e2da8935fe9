import Datasets
import Foundation
import Networks
import Volumes

/// The facts of a model: one that segments, judges whole scans or does both, or pre-trained weights. The JSON keys are part of the
/// command's contract.
struct ModelFacts: Encodable {
  let file: String
  /// Of a model that segments.
  let card: ModelCard?
  /// Of a model that judges whole scans.
  let scan: ScanCard?
  /// Of pre-trained weights.
  let pretraining: PretrainedCard?
  let parameters: Int

  /// - Throws: As `StartingModel.init`.
  init(of url: URL) throws {
    let weights = try StartingModel(contentsOf: url).weights
    file = url.relativePath
    card = ModelCard.isIn(weights) ? try ModelCard(of: weights, name: url.path) : nil
    scan = try ScanCard(of: weights, name: url.path)
    pretraining = try PretrainedCard(of: weights, name: url.path)
    if let card {
      parameters = try card.network.network(for: scan.map { .shared($0.head) } ?? .segmentation).layout.parameterCount
    } else if let scan {
      parameters = try scan.network.network(for: .scan(scan.head)).layout.parameterCount
    } else {
      parameters = try pretraining.map { try $0.network.network(for: $0.task).layout.parameterCount } ?? 0
    }
  }

  var text: String {
    var lines = ["file           \(file)"]
    if let card {
      lines += network(card.network) + input(of: card)
    } else if let scan {
      lines +=
        (scan.head.body == .encoder ? network(scan.network) : ["network        \(name(of: scan.head.body))"]) + [
          "parameters     \(parameters)",
          "input          \(counted(scan.network.inputChannels, "channel")), normalisation \(scan.normalisation.rawValue)",
          seen(scan.window, scan.network, scan.sliceAxis, context: 0),
        ]
    } else if let pretraining {
      lines +=
        network(pretraining.network) + [
          "parameters     \(parameters)",
          "input          \(counted(pretraining.network.inputChannels, "channel")), normalisation \(pretraining.normalisation.rawValue)",
          seen(pretraining.window, pretraining.network, pretraining.sliceAxis, context: 0),
          "task           pre-training (\(name(of: pretraining.task))): segments nothing, a start for fine-tune",
          "training       stage \(pretraining.stage), \(counted(pretraining.steps, "step"))",
        ]
    }
    if let scan {
      lines.append("whole scans    \(said(by: scan))")
      if card == nil {
        lines.append(
          "training       stage \(scan.stage), weights of epoch \(scan.epoch), ended after \(counted(scan.steps, "step"))"
        )
      }
    }
    if let spacing = card?.commonSpacing ?? scan?.commonSpacing ?? pretraining?.commonSpacing {
      lines.append("spacing        \(spacing) (scans are resampled)")
    }
    let reading = (card?.reading ?? scan?.reading)?.departures ?? []
    if !reading.isEmpty { lines.append("reading        \(reading.joined(separator: ", "))") }
    if let dice = card?.validationDice { lines.append("validation     mean foreground Dice \(decimals(dice, 4))") }
    return lines.joined(separator: "\n")
  }

  private func network(_ network: UNetConfiguration) -> [String] {
    [
      "network        U-Net, \(network.dimensions)-D, \(network.baseChannels) base channels, \(network.depth) downsamplings",
      "layers         \(network.summary)",
    ]
  }

  private func input(of card: ModelCard) -> [String] {
    let classes = card.classes.classes.map { entry in
      "\(entry.name) (\(entry.values.map(\.description).joined(separator: ", ")))"
    }
    let names = card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
    return [
      "parameters     \(parameters)",
      "input          \(counted(card.scanChannels, "channel"))\(names), normalisation \(card.normalisation.rawValue)",
      seen(card.window, card.network, card.sliceAxis, context: card.sliceContext),
      "classes        \(classes.joined(separator: ", "))",
      "training       stage \(card.stage), \(card.isAveraged == true ? "averaged weights" : "weights") of epoch \(card.epoch)"
        + (card.steps.map { ", ended after \(counted($0, "step"))" } ?? ""),
    ]
  }

  private func seen(_ window: Extent, _ network: UNetConfiguration, _ axis: BodyAxis, context: Int) -> String {
    network.dimensions == 3
      ? "patches        \(window) voxels, depth along the \(axis) axis"
      : "slices         \(axis.plane) (across the \(axis) axis), window \(window)"
        + (context > 0 ? ", with \(context) on either side as channels" : "")
  }

  private func said(by card: ScanCard) -> String {
    switch card.outcome {
    case .classes(let names, let areExclusive):
      "\(card.column): " + (areExclusive ? "one of " : "each of ") + names.joined(separator: ", ")
    case .number(let mean, let deviation):
      "\(card.column): a number (in the training \(significant(mean)), standard deviation \(significant(deviation)))"
    }
  }

  private func name(of body: ScanHead.Body) -> String {
    switch body {
    case .encoder: "U-Net"
    case .lenet(let channels): "LeNet, \(channels.map(String.init).joined(separator: " and ")) channels"
    case .voxels: "dense layers on the voxels"
    }
  }

  private func name(of task: NetworkTask) -> String {
    switch task {
    case .relativePatches: "relative patches"
    case .reconstruction(hasSkips: false, _): "autoencoder"
    default: "images filled in or cleaned"
    }
  }
}
