import Augmentations
import Datasets
import Files
import Foundation
import Jobs
import Machine
import Metrics
import Networks
import Pipelines
import ScanIO
import Stages
import Training
import Volumes

/// The documented exit codes.
enum ExitStatus: Int32 {
  case done = 0
  case failure = 1
  case usage = 2
  case invalidData = 3
  case quarantined = 4
  case outOfResources = 5
  case interrupted = 130
}

extension ExitStatus {
  /// The exit code of an error.
  init(of error: any Error) {
    switch error {
    case let outcome as CommandOutcome: self = outcome.status
    case let errors as PipelineErrors: self = Self.first(of: errors.errors.map(ExitStatus.init(of:)))
    case let located as LocatedError: self.init(of: located.error)
    case let error as PipelineError: self = Self.status(of: error)
    case is PipelineFileError, is AugmentationError: self = .usage
    case is Interrupted: self = .interrupted
    case let error as DatasetError: self = error.category == .configuration ? .usage : .invalidData
    case let error as ScanError: self = Self.status(of: error)
    case let error as StageError: self = Self.status(of: error)
    case let error as JobError: self = Self.status(of: error)
    case let error as FileError: self = error.isAboutNaming ? .usage : .failure
    case let error as NetworkError: self = Self.status(of: error)
    case MetricsError.unknownMetric, MetricsError.noMetric, MetricsError.notComparable: self = .usage
    case is MetricsError: self = .invalidData
    case TrainingError.scheduleTooLong: self = .usage
    case TransferError.nothingLoaded: self = .invalidData
    case is TransferError: self = .usage
    case MachineError.setting: self = .usage
    case is MachineError: self = .outOfResources
    case is VolumesError: self = .usage
    case is OutputError: self = .failure
    default: self = Segment.isUsage(error) ? .usage : .failure
    }
  }

  /// The message of an error; it names the stage of an error in a stage.
  static func message(of error: any Error) -> String {
    if case PipelineError.stageFailed(_, let inner as StageError) = error { return message(of: inner) }
    return "\(error)"
  }

  /// The exit code for several errors; configuration comes first, since it must be corrected first.
  private static func first(of statuses: [ExitStatus]) -> ExitStatus {
    statuses.contains(.usage) ? .usage : statuses.first ?? .failure
  }

  private static func status(of error: PipelineError) -> ExitStatus {
    switch error {
    case .stageFailed(_, let error), .unusableStage(_, _, let error): ExitStatus(of: error)
    case .interrupted: .interrupted
    case .notARunFolder, .inputInsideRun, .resultsOfAnother, .resultsAmongData: .usage
    default: .failure
    }
  }

  private static func status(of error: ScanError) -> ExitStatus {
    if error.isUnfitOutput { return .usage }
    if error.isAboutWriting { return .failure }
    if case .notFound = error { return .usage }
    return .invalidData
  }

  private static func status(of error: StageError) -> ExitStatus {
    switch error {
    case .noSplit, .nothingToPredict, .emptyPart, .noLabels, .notPredicted, .otherScansPredicted, .unknownCases,
      .classWeights, .otherClasses, .patch, .nothingToHalve,
      .noThreshold, .otherScansMerged, .mergedTwice, .otherOutcomes, .comparedAxis, .unknownBaseline, .nothingCompared,
      .smallForPatches, .notTwoModels, .noTargets,
      .segmentsNothing, .nothingInCommon, .otherNetworks:
      .usage
    case .flatVolumes, .noNeighbours, .targets: .invalidData
    case .damagedArtefact, .caseIsGone, .preparedCaseChanged: .failure
    }
  }

  private static func status(of error: JobError) -> ExitStatus {
    switch error {
    case .badCases(let cases, _): first(of: cases.map { ExitStatus(of: $0.error) })
    case .nothingPredicted(let scans, _):
      scans.allSatisfy { ExitStatus(of: $0.error) == .outOfResources } ? .outOfResources : .invalidData
    case .modelsDiffer, .sameOutput, .sameName, .notAClassFile, .option, .sliceAxis, .tooManyValues, .caseTable,
      .noSummary:
      .usage
    case .notAModel, .pretrained, .judgesScans, .damagedCard, .scanDoesNotFit, .scanWithoutAxes, .outputNotFinite,
      .noPrediction,
      .noReference,
      .unmatched,
      .missingChannels, .otherGrid, .unknownFile, .damagedSummary, .nothingCompared:
      .invalidData
    }
  }

  private static func status(of error: NetworkError) -> ExitStatus {
    switch error {
    case .configuration, .extentDoesNotFit, .unreadable, .notAModelFile: .usage
    case .damaged, .missingParameter, .shapeMismatch, .notFinite: .invalidData
    }
  }
}
