/// An element of a DICOM header.
struct DICOMTag {
  /// Group and element.
  let number: UInt32
  /// The standard's keyword.
  let name: String

  private init(_ number: UInt32, _ name: String) { (self.number, self.name) = (number, name) }

  static let mediaStorageClass = DICOMTag(0x0002_0002, "MediaStorageSOPClassUID")
  static let imageType = DICOMTag(0x0008_0008, "ImageType")
  static let sopClass = DICOMTag(0x0008_0016, "SOPClassUID")
  static let sopInstance = DICOMTag(0x0008_0018, "SOPInstanceUID")
  static let modality = DICOMTag(0x0008_0060, "Modality")
  static let seriesDescription = DICOMTag(0x0008_103e, "SeriesDescription")
  static let sliceThickness = DICOMTag(0x0018_0050, "SliceThickness")
  static let echoTime = DICOMTag(0x0018_0081, "EchoTime")
  static let spacingBetweenSlices = DICOMTag(0x0018_0088, "SpacingBetweenSlices")
  static let triggerTime = DICOMTag(0x0018_1060, "TriggerTime")
  static let effectiveEchoTime = DICOMTag(0x0018_9082, "EffectiveEchoTime")
  static let diffusionBValue = DICOMTag(0x0018_9087, "DiffusionBValue")
  static let seriesUID = DICOMTag(0x0020_000e, "SeriesInstanceUID")
  static let acquisitionNumber = DICOMTag(0x0020_0012, "AcquisitionNumber")
  static let position = DICOMTag(0x0020_0032, "ImagePositionPatient")
  static let orientation = DICOMTag(0x0020_0037, "ImageOrientationPatient")
  static let temporalPosition = DICOMTag(0x0020_0100, "TemporalPositionIdentifier")
  static let temporalPositionIndex = DICOMTag(0x0020_9128, "TemporalPositionIndex")
  static let samples = DICOMTag(0x0028_0002, "SamplesPerPixel")
  static let photometric = DICOMTag(0x0028_0004, "PhotometricInterpretation")
  static let planar = DICOMTag(0x0028_0006, "PlanarConfiguration")
  static let frames = DICOMTag(0x0028_0008, "NumberOfFrames")
  static let rows = DICOMTag(0x0028_0010, "Rows")
  static let columns = DICOMTag(0x0028_0011, "Columns")
  static let pixelSpacing = DICOMTag(0x0028_0030, "PixelSpacing")
  static let bitsAllocated = DICOMTag(0x0028_0100, "BitsAllocated")
  static let bitsStored = DICOMTag(0x0028_0101, "BitsStored")
  static let highBit = DICOMTag(0x0028_0102, "HighBit")
  static let isSigned = DICOMTag(0x0028_0103, "PixelRepresentation")
  static let intercept = DICOMTag(0x0028_1052, "RescaleIntercept")
  static let slope = DICOMTag(0x0028_1053, "RescaleSlope")
  static let modalityTable = DICOMTag(0x0028_3000, "ModalityLUTSequence")

  // The sequences of functional groups in which a multi-frame image keeps them.
  static let echoGroup = DICOMTag(0x0018_9114, "MREchoSequence")
  static let diffusionGroup = DICOMTag(0x0018_9117, "MRDiffusionSequence")
  static let contentGroup = DICOMTag(0x0020_9111, "FrameContentSequence")
  static let positionGroup = DICOMTag(0x0020_9113, "PlanePositionSequence")
  static let orientationGroup = DICOMTag(0x0020_9116, "PlaneOrientationSequence")
  static let measuresGroup = DICOMTag(0x0028_9110, "PixelMeasuresSequence")
  static let valuesGroup = DICOMTag(0x0028_9145, "PixelValueTransformationSequence")
}
