import CNIfTI
import Volumes

/// Which part of a file told where its voxels stand.
public enum AffineSource: String, Sendable, Codable {
  /// NIfTI's affine matrix, whose code was above 0.
  case sform
  /// NIfTI's quaternion form, whose code was above 0.
  case qform
  /// The voxel sizes alone: axes along the world's, voxel (0, 0, 0) at its origin.
  case pixdim
  /// Analyze 7.5: the voxel sizes, i towards the left, and SPM's origin or else the middle of the volume.
  case analyze
  /// DICOM: the position and the orientation of every slice.
  case dicom
  /// DICOM without a position or an orientation, such as a radiograph: the distances of pixels alone.
  case pixelSpacing = "pixel_spacing"
  /// TIFF: what the program that wrote it says of the sizes of pixels and of the distance of slices.
  case tiff
  /// Nothing: voxels of size 1, axes along the world's.
  case none

  /// Whether the file defines the orientation of the voxel axes in the body.
  public var tellsOrientation: Bool {
    switch self {
    case .sform, .qform, .pixdim, .analyze, .dicom: true
    case .pixelSpacing, .tiff, .none: false
    }
  }
}

extension AffineSource {
  /// What messages call it.
  var text: String { self == .pixdim ? "voxel sizes" : rawValue }
}

/// What a scan's file says of it, short of the voxels.
public struct ScanHeader: Sendable {
  /// The file's format.
  public var format: ScanFormat
  /// The grid of the voxels. Units: millimetres where the file knows a physical size, else pixels; of plane images i runs
  /// to the right and j down.
  public var grid: Grid
  /// The number of values a voxel has, as the choices of reading say; with an alpha channel as `volume.channels` of the
  /// scan may not have it.
  public var channels: Int
  /// The length of the dimension beyond width, height and depth, whose meaning no standard defines; 1 where there is none.
  public var frames: Int = 1
  /// How the file stores a value.
  public var datatype: ScanDatatype
  /// The free text that a file carries; empty where there is none.
  public var description: String
  /// Which part of the file `grid.affine` comes from.
  public var affineSource: AffineSource
  /// What a person should know of how the file was understood.
  public var notes: [ScanNote] = []
  /// What files written like this one take over from it; nil for other formats than NIfTI.
  var nifti: NIfTISource?

  /// How the axes of the voxels run through the body; nil where the file does not tell.
  public var orientation: Orientation? {
    grid.unit == .millimetres && affineSource.tellsOrientation ? grid.orientation : nil
  }
}

/// The header of a NIfTI file, kept for the files written like it.
struct NIfTISource: Sendable {
  let fields: cnifti_fields
  let extensions: [NIfTIExtension]
}

/// A block of bytes that another program left in a NIfTI file, between header and voxels.
struct NIfTIExtension: Sendable, Equatable {
  /// The number that names the program.
  let code: Int32
  /// The bytes; their number and 8 make a multiple of 16.
  let bytes: [UInt8]
}

/// A scan: its voxels and what its file says of them.
public struct Scan: Sendable {
  /// What the file says.
  public var header: ScanHeader
  /// The voxels, scaled as the file says (slope and intercept).
  public var volume: Volume
  /// How many of the values are NaN or infinite; they stand in the volume as they are.
  public var nonFiniteCount: Int
}
