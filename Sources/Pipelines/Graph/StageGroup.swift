/// The stages of one element of a file's list: one stage, or with a matrix one for each combination.
struct StageGroup {
  /// The name in the file.
  let name: String
  /// Nil: the kind is unknown.
  let type: (any Stage.Type)?
  /// The axes along which it is repeated.
  let axes: Set<Int>
  /// The names of the stages by their combinations of the axes; nil where the stage could not be read.
  let instances: [MatrixPoint: String]?

  /// Whether the stages have an output of a type.
  func produces(_ type: ArtefactType) -> Bool { self.type?.outputs.contains { $0.type == type } ?? false }

  /// The stage for a combination; nil: there is none. A stage with errors is there for all, so that one error does not look
  /// like several.
  func instance(at point: MatrixPoint) -> String? {
    guard let instances else { return name }
    return instances[point.limited(to: axes)]
  }
}

/// Where an input may come from: a group of stages, or one of them.
struct StageSource {
  let group: StageGroup
  /// The name of the one stage; nil: whichever fits.
  var instance: String?

  /// The axes along which the source is repeated.
  var axes: Set<Int> { instance == nil ? group.axes : [] }

  /// The stage for a combination, or nil.
  func instance(at point: MatrixPoint) -> String? { instance ?? group.instance(at: point) }
}
