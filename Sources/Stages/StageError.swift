import Jobs
import Networks

/// An error of a stage that no lower module reports.
public enum StageError: Error, Sendable {
  /// A stage was asked for the cases of a split, but no split comes in.
  case noSplit(stage: String, part: String)
  /// Neither a folder of scans nor a data set comes in.
  case nothingToPredict(stage: String)
  /// A data set without labels cannot be trained on.
  case noLabels(stage: String)
  /// A part of the split has no case.
  case emptyPart(stage: String, part: String)
  /// An earlier evaluation has not chosen a threshold of membranes.
  case noThreshold(stage: String)
  /// A case of the data set has no files any more.
  case caseIsGone(stage: String, id: String)
  /// Cases that a stage works on are not predicted by the stage before it.
  case notPredicted(stage: String, producer: String, ids: [String])
  /// Cases that a stage works on are not predicted by the stage before it, which predicts other scans.
  case otherScansPredicted(stage: String, producer: String, ids: [String])
  /// Cases are named that are not among those that a stage works on.
  case unknownCases(stage: String, key: String, ids: [String], known: [String])
  /// The weights of classes in a loss are not those of the data set's classes.
  case classWeights(stage: String, ClassWeightProblem)
  /// The patch of a training cannot be.
  case patch(stage: String, expected: String, found: String)
  /// The targets of whole scans cannot be used.
  case targets(stage: String, column: String, problem: String)
  /// Classes or numbers of whole scans are evaluated without a table.
  case noTargets(stage: String, column: String)
  /// A stage that takes segmentations alone is given results of whole scans, or weights that segment nothing.
  case segmentsNothing(stage: String, what: String, remedy: String)
  /// Evaluations have no case, class or metric in common.
  case nothingInCommon(stage: String)
  /// Models that are joined compute otherwise.
  case otherNetworks(stage: String, models: [String], what: String)
  /// A graft joins two models.
  case notTwoModels(stage: String, found: [String])
  /// Cases are too small for pairs of patches.
  case smallForPatches(stage: String, ids: [String], size: String, patch: String, gap: Int, jitter: Int)
  /// Volumes that are one voxel thick cannot be seen by a 3-D network.
  case flatVolumes(stage: String, ids: [String])
  /// What a 3-D network is to see has no axis that it could halve.
  case nothingToHalve(stage: String, seen: Extent, isPatch: Bool, least: Int)
  /// Plane images have no neighbouring slices to be seen with.
  case noNeighbours(stage: String)
  /// A training goes on with the head of a model whose classes are others than those of the data set.
  case otherClasses(stage: String, model: [String], data: [String])
  /// The file of a prepared case was changed during the training.
  case preparedCaseChanged(stage: String, file: String)
  /// Predictions that are merged are of scans of a folder, not of cases.
  case otherScansMerged(stage: String, producer: String)
  /// A case is predicted by two stages whose predictions are merged.
  case mergedTwice(stage: String, id: String, producers: [String])
  /// Tables of whole scans that are merged say other things.
  case otherOutcomes(stage: String, producers: [String])
  /// The axis by which evaluations are compared is not clear.
  case comparedAxis(stage: String, found: String?, axes: [String])
  /// The evaluation that others are compared with does not exist.
  case unknownBaseline(stage: String, found: String, known: [String])
  /// There is nothing to compare.
  case nothingCompared(stage: String, count: Int)
  /// A file of an earlier stage is not what it should be.
  case damagedArtefact(file: String, reason: String)
}

extension StageError: CustomStringConvertible {
  /// The message: stage, problem, expected, found, and what to do.
  public var description: String {
    switch self {
    case .noSplit(let stage, let part):
      "\(stage): part is '\(part)', but there is no split; add a split stage before it, or give a folder in 'images'"
    case .nothingToPredict(let stage):
      "\(stage): no scans to predict; add a load stage before it, or give a folder in 'images'"
    case .noLabels(let stage):
      "\(stage): the data set has no labels; set 'labels' and 'classes' in its load stage"
    case .emptyPart(let stage, let part):
      "\(stage): the \(part) part of the split is empty; set its fraction in the split stage"
    case .noThreshold(let stage):
      "\(stage): 'threshold: earlier' needs an earlier evaluate stage with 'metrics: [membranes]' whose predictions were "
        + "written with 'probabilities: uint8' or 'float'"
    case .caseIsGone(let stage, let id):
      "\(stage): the files of case '\(id)' no longer exist; run the same command again to use the files that exist"
    case .notPredicted(let stage, let producer, let ids):
      "\(stage): \(producer) does not predict \(ids.count) of its cases: \(Self.listed(ids)); "
        + "set the same 'part' in both"
    case .otherScansPredicted(let stage, let producer, let ids):
      "\(stage): \(producer) predicts the scans of its key 'images', and not \(ids.count) of the cases of \(stage): "
        + "\(Self.listed(ids)); choose a predict stage without 'images' with 'from', or remove \(stage)"
    case .unknownCases(let stage, let key, let ids, let known):
      "\(stage): '\(key)' names \(Self.listed(ids)), which \(ids.count == 1 ? "is" : "are") not among its cases; "
        + "they are \(Self.listed(known))"
    case .classWeights(let stage, let problem): "\(stage): \(Self.text(of: problem))"
    case .patch(let stage, let expected, let found):
      "\(stage): patch: expected \(expected), found \(found)"
    case .targets(let stage, let column, let problem): "\(stage): column '\(column)': \(problem)"
    case .noTargets(let stage, let column):
      "\(stage): the predictions are of whole scans (column '\(column)'); set 'table' to the CSV file with this column"
    case .segmentsNothing(let stage, let what, let remedy): "\(stage): \(what); \(remedy)"
    case .nothingInCommon(let stage):
      "\(stage): the evaluations have no case, class and metric in common; evaluate the same cases with the same metrics"
    case .otherNetworks(let stage, let models, let what):
      "\(stage): \(models.joined(separator: " and ")) cannot be joined: their \(what) differs"
    case .notTwoModels(let stage, let found):
      "\(stage): expected two models, that of part 1 and that of part 2, as in \"from: {model: [fine-tune, train]}\"; found "
        + (found.isEmpty ? "none" : found.joined(separator: ", "))
    case .smallForPatches(let stage, let ids, let size, let patch, let gap, let jitter):
      "\(stage): two patches of \(patch) with a gap of \(gap) and a jitter of \(jitter) do not fit into \(Self.listed(ids)) "
        + "(the first: \(size), width x height x depth); use a smaller patch, gap or jitter, or leave these cases out"
    case .flatVolumes(let stage, let ids):
      "\(stage): a network with dimensions: 3 needs volumes, but \(Self.listed(ids)) "
        + "\(ids.count == 1 ? "is" : "are") one voxel thick; leave \(ids.count == 1 ? "it" : "them") out, or use dimensions: 2"
    case .nothingToHalve(let stage, let seen, let isPatch, let least):
      "\(stage): a network with dimensions: 3 halves axes of at least \(least) voxels, but "
        + (isPatch ? "the patch has \(seen)" : "the training volumes have at most \(seen) at their common spacing")
        + " (depth x height x width); use "
        + (isPatch ? "a larger patch" : "a finer spacing (resample), or dimensions: 2")
    case .noNeighbours(let stage):
      "\(stage): the network sees slices with their neighbours (slice_context), but all images of the training part are "
        + "planes; use volumes, or a network without slice_context"
    case .otherClasses(let stage, let model, let data):
      "\(stage): cut: whole keeps the head of the model, whose classes are "
        + (model.isEmpty ? "none" : Self.listed(model)) + "; the data set has \(Self.listed(data)). Use cut: head"
    case .preparedCaseChanged(let stage, let file):
      "\(stage): \(file) was changed while the training used it; run the same command again: it prepares this case again, "
        + "and resumes from the last checkpoint"
    case .otherScansMerged(let stage, let producer):
      "\(stage): \(producer) predicts the scans of its key 'images'; only predictions of cases can be merged"
    case .mergedTwice(let stage, let id, let producers):
      "\(stage): case '\(id)' is predicted by \(producers.joined(separator: " and ")); merged predictions have each case once. "
        + "Use folds, whose test parts have no case in common, or give 'predict' several models to average them"
    case .otherOutcomes(let stage, let producers):
      "\(stage): \(producers.joined(separator: " and ")) cannot be merged: the column that they predict, or its classes, differ. "
        + "A class that is missing in the training part of a fold is unknown there; use fewer folds, or more cases"
    case .comparedAxis(let stage, let found?, let axes):
      "\(stage): by: the evaluations do not differ along '\(found)'; they differ along \(Self.listed(axes))"
    case .comparedAxis(let stage, nil, let axes):
      "\(stage): the key 'by' is missing: the evaluations differ along \(Self.listed(axes)). Choose one; the values of a case "
        + "are averaged over the others"
    case .unknownBaseline(let stage, let found, let known):
      "\(stage): baseline: expected one of \(Self.listed(known)), found '\(found)'"
    case .nothingCompared(let stage, let count):
      "\(stage): expected at least 2 evaluations to compare, found \(count); use 'collect' with an axis of the matrix, or "
        + "'from: {metrics: [...]}'"
    case .damagedArtefact(let file, let reason):
      "\(file): damaged (\(reason)); run again with --force and the name of the stage that wrote it"
    }
  }

  private static func text(of problem: ClassWeightProblem) -> String {
    switch problem {
    case .unknown(let names, let classes):
      "'class_weights' names \(listed(names)), which \(names.count == 1 ? "is no class" : "are no classes"); "
        + "expected names among \(listed(classes))"
    case .count(let count, let classes):
      "'class_weights' has \(counted(count, "number")); expected \(classes.count), for \(listed(classes)) in this order"
    case .allZero: "'class_weights' is 0 for every class; expected a weight above 0 for one of them"
    }
  }

  private static func listed(_ ids: [String]) -> String {
    ids.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (ids.count > 10 ? " and \(ids.count - 10) more" : "")
  }
}
