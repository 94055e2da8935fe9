/// A stage of a file with the values of the axes that it refers to.
struct StageVariant {
  /// The values; of no other axes.
  let point: MatrixPoint
  /// The stage as the file has it, with the values put in.
  let declaration: StageDeclaration
  let stage: any Stage
  let parameters: ResolvedValue
  /// Nil: the pipeline's.
  let seed: UInt64?
  /// What the file itself says; nil: it is where the matrix puts it.
  let coordinates: Coordinates?
}
