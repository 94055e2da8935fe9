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
  /// Nothing: voxels of size 1, axes along the world's.
  case none
}

/// What a scan's file says of it, short of the voxels.
public struct ScanHeader: Sendable {
  /// The file's format.
  public let format: ScanFormat
  /// Where the voxels stand. Units: millimetres for NIfTI, pixels for PNG, where i runs to the right and j down.
  public let grid: Grid
  /// The number of values a voxel has: 1, or 3 for red, green and blue.
  public let channels: Int
  /// How the file stores a value.
  public let datatype: ScanDatatype
  /// The free text that NIfTI carries; empty for PNG.
  public let description: String
  /// Which part of the file `grid.affine` comes from.
  public let affineSource: AffineSource
  /// What files written like this one take over from it; nil for PNG.
  let nifti: NIfTISource?
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
