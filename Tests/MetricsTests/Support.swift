import Metrics
import Volumes

func makeMap(
  _ labels: [UInt8], size: GridSize? = nil, spacing: SIMD3<Double> = [1, 1, 1], unit: LengthUnit = .millimetres
) -> LabelMap {
  let size = size ?? GridSize(width: labels.count, height: 1)
  return LabelMap(grid: Grid(size: size, affine: Affine(scale: spacing), unit: unit), labels: labels)
}

/// A case of a row of voxels.
func makeCase(_ name: String, _ prediction: [UInt8], _ reference: [UInt8], classCount: Int = 2) throws -> CaseResult {
  try CaseResult(
    name: name, predictionFile: "predictions/\(name).nii.gz", referenceFile: "labels/\(name).nii.gz",
    prediction: makeMap(prediction), reference: makeMap(reference), classCount: classCount)
}

/// A plane drawn with letters: `p` predicted, `r` of the reference, `b` both.
func measuredPlane(_ rows: [String], _ names: [String]) throws -> ClassResult {
  let size = GridSize(width: rows[0].utf8.count, height: rows.count)
  let letters = rows.flatMap { $0.map { $0 } }
  return try CaseResult(
    name: "a", predictionFile: "p", referenceFile: "r",
    prediction: makeMap(letters.map { "pb".contains($0) ? 1 : 0 }, size: size),
    reference: makeMap(letters.map { "rb".contains($0) ? 1 : 0 }, size: size), classCount: 2,
    metrics: Metric.chosen(names)
  ).classes[0]
}
