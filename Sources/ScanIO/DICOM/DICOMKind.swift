/// The kind of a DICOM object, by its SOP class.
struct DICOMKind {
  /// What it is where it is no image that is read; nil for an image.
  let refusal: String?
  /// Whether it should be an image by its class, or has no class, but has no pixels: it is cut short.
  let lacksPixels: Bool

  /// Tells the kind of a file.
  init(_ file: DICOMFile) {
    let identifier = file.text(.sopClass) ?? file.text(.mediaStorageClass) ?? ""
    let isKnown = Self.names[identifier] != nil || Self.families.contains { identifier.hasPrefix($0.start) }
    lacksPixels =
      file.info.pixel_tag == 0 && !isKnown && (identifier.isEmpty || identifier.hasPrefix(Self.storage))
    if let name = Self.names[identifier] {
      refusal = name
    } else if let name = Self.families.first(where: { identifier.hasPrefix($0.start) })?.name {
      refusal = name
    } else if file.info.pixel_tag == 0 {
      refusal = "no pixel data"
    } else {
      refusal = nil
    }
  }

  private static let storage = "1.2.840.10008.5.1.4.1.1."

  private static let names = [
    "1.2.840.10008.1.3.10": "a directory file (DICOMDIR)",
    storage + "66": "raw data (Raw Data)",
    storage + "66.1": "a spatial registration",
    storage + "66.2": "spatial fiducials",
    storage + "66.3": "a deformable spatial registration",
    storage + "66.4": "a segmentation (SEG)",
    storage + "66.5": "a surface segmentation",
    storage + "77.1.6": "a whole slide microscopy image in tiles",
    storage + "104.1": "an encapsulated PDF",
    storage + "104.2": "an encapsulated CDA document",
    storage + "104.3": "an encapsulated STL model",
    storage + "481.2": "a radiotherapy dose (RTDOSE)",
    storage + "481.3": "a radiotherapy structure set (RTSTRUCT)",
    storage + "481.5": "a radiotherapy plan (RTPLAN)",
    storage + "67": "a map of real-world values",
    storage + "481.4": "a record of radiotherapy",
    storage + "481.6": "a record of radiotherapy",
    storage + "481.7": "a record of radiotherapy",
    storage + "481.8": "a radiotherapy plan (RTPLAN)",
    storage + "481.9": "a record of radiotherapy",
  ]

  private static let families = [
    (start: storage + "88.", name: "a structured report (SR)"), (start: storage + "11.", name: "a presentation state"),
    (start: storage + "9.", name: "a waveform"), (start: storage + "4.2", name: "spectroscopy (MR Spectroscopy)"),
    (start: storage + "104.", name: "an encapsulated document"),
    (start: storage + "78.", name: "a table of measurements"),
    (start: storage + "79.", name: "a table of measurements"),
    (start: storage + "80.", name: "a table of measurements"),
    (start: storage + "200.", name: "a protocol"), (start: storage + "68.", name: "a scan of a surface"),
  ]
}
