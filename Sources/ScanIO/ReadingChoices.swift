/// How a scan is read where its file leaves a choice.
public struct ReadingChoices: Hashable, Sendable {
  /// Which affine of a NIfTI header is used.
  public enum AffineChoice: String, Hashable, Sendable, Codable, CaseIterable {
    /// The sform where its code is above 0, else the qform, else the voxel sizes.
    case automatic
    /// The sform, whatever its code.
    case sform
    /// The qform, whatever its code.
    case qform
    /// The voxel sizes alone: axes along the world's, voxel (0, 0, 0) at its origin.
    case pixdim
  }

  /// The meaning of a dimension beyond width, height and depth.
  public enum FurtherDimension: Hashable, Sendable {
    /// Several values of a voxel: the contrasts of an examination, or the components of a vector.
    case channels
    /// Points of time, of which one is read; from 0.
    case frame(Int)
  }

  /// What becomes of the alpha channel of a PNG or TIFF.
  public enum AlphaChoice: String, Hashable, Sendable, Codable, CaseIterable {
    /// Left out where it is opaque everywhere, else kept as a channel.
    case automatic
    /// Left out.
    case drop
    /// Kept as the last channel.
    case keep
  }

  /// What the pixels of an image with a palette stand for.
  public enum PaletteChoice: Hashable, Sendable {
    /// The colours that the palette gives them: red, green and blue.
    case colours
    /// Their numbers in the palette, as programs that draw labels mean them.
    case indices
  }

  /// Where the voxels of a NIfTI file stand.
  public var affine: AffineChoice
  /// The meaning of a fourth dimension; nil: unknown, so that a file that has one is refused.
  public var furtherDimension: FurtherDimension?
  /// What becomes of an alpha channel.
  public var alpha: AlphaChoice
  /// What the pixels of an image with a palette stand for.
  public var palette: PaletteChoice
  /// Whether files of a DICOM folder that cannot be read are left out with a warning; else the series is refused.
  public var skipsUnreadable: Bool
  /// What messages advise to change; it changes nothing of what is read.
  public var advice: Advice

  /// Makes choices; without arguments those that lose and guess nothing.
  public init(
    affine: AffineChoice = .automatic, furtherDimension: FurtherDimension? = nil, alpha: AlphaChoice = .automatic,
    palette: PaletteChoice = .colours, skipsUnreadable: Bool = false, advice: Advice = .loadKeys
  ) {
    self.affine = affine
    self.furtherDimension = furtherDimension
    self.alpha = alpha
    self.palette = palette
    self.skipsUnreadable = skipsUnreadable
    self.advice = advice
  }
}
