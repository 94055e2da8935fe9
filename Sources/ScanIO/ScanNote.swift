import Foundation
import Volumes

/// What a person should know of how a file was understood, though nothing is wrong with it.
public enum ScanNote: Hashable, Sendable, CustomStringConvertible {
  /// The sform and the qform of a NIfTI file put its voxels at different places.
  case affinesDisagree(GridDisplacement, used: AffineSource)
  /// An Analyze file does not tell left from right.
  case sidesUnknown
  /// An alpha channel that is not opaque everywhere was kept as a channel.
  case alphaKept
  /// Files of a folder that are no images were left out of its DICOM series.
  case filesLeftOut(Int)
  /// Images of a TIFF file that are smaller copies of others were left out.
  case reducedCopiesLeftOut(Int)

  /// What was understood, and how to change it.
  public var description: String {
    switch self {
    case .affinesDisagree(let displacement, let used):
      "sform and qform put the voxels at different places, \(displacement); the \(used.rawValue) is used: "
        + "'affine: sform', 'qform' or 'pixdim' says which is right"
    case .sidesUnknown:
      "Analyze 7.5 does not tell left from right; read by its convention, i towards the left"
    case .alphaKept:
      "the alpha channel is not opaque everywhere and is read as a channel; 'alpha: drop' leaves it out"
    case .filesLeftOut(let count):
      "\(count) files in the folder are no DICOM images and were left out"
    case .reducedCopiesLeftOut(let count):
      "\(count) smaller copies of the image in the file were left out"
    }
  }
}
