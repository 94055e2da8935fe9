import Datasets
import Files
import Foundation
import Pipelines

/// Labels the scans of a folder with trained models: `segment predict`.
public struct FolderPrediction {
  private let models: [URL]
  private let input: String
  private let output: URL
  private let part: (id: Int, count: Int)

  /// - Parameters:
  ///   - models: Weight files; the probabilities of several are averaged.
  ///   - input: A scan or a folder of scans.
  ///   - output: The folder for the predictions, made where there is none.
  ///   - part: Of the scans in order, those whose index leaves `id` when divided by `count` are predicted.
  public init(models: [URL], input: String, output: URL, part: (id: Int, count: Int) = (0, 1)) {
    self.models = models
    self.input = input
    self.output = output
    self.part = part
  }

  /// Predicts, and returns the number of scans that could not be; `failures.csv` lists them.
  ///
  /// - Throws: `NetworkError`, `JobError`, `DatasetError`, `Interrupted`.
  public func run(log: RunLog, interruption: Interruption) throws -> Int {
    let segmenter = try CaseSegmenter(models.map { try TrainedModel(contentsOf: $0) })
    let card = segmenter.card
    var reading = card.reading
    reading.choices.advice = .conversion
    let all = try PredictionItem.items(
      ScanFolder.scans(input), channels: card.network.inputChannels, choices: reading.choices)
    let items = all.enumerated().filter { $0.offset % part.count == part.id }.map(\.element)
    try FileSystem.makeFolder(output.path)
    let job = PredictionJob(
      segmenter: segmenter, reader: CaseReader(classes: nil, reading: reading), folder: output,
      policy: .quarantine)
    let failures = try job.run(items, keepsExisting: false, log: log, interruption: interruption)
    try FailureTable.write(failures, to: output)
    log.info("\(items.count - failures.count) of \(items.count) scans predicted: \(output.relativePath)")
    return failures.count
  }
}
