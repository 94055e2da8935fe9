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
