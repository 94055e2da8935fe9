import CNIfTI
import Volumes

extension NIfTIHeader {
  /// Where the voxels stand, in millimetres: by the sform where its code is above 0, else the qform, else the voxel sizes,
  /// unless the choice says otherwise.
  ///
  /// Units of metres and micrometres are converted; unknown ones are taken as millimetres, but see `unit(of:)`. Voxel sizes that are 0 or not
  /// finite count as 1, negative ones as positive.
  /// - Throws: `ScanError.headerInvalid` where the map that is chosen cannot be inverted.
  func affine(
    _ choice: ReadingChoices.AffineChoice, advice: Advice, file: String
  ) throws -> (affine: Affine, source: AffineSource) {
    let source = affineSource(choice)
    let affine = affine(of: source)
    guard affine.isFinite, affine.inverse?.isFinite == true else {
      throw ScanError.singularAffine(
        file: file, source: source, found: affine.rowsText, usable: usableSource(other: source), advice: advice)
    }
    return (affine, source)
  }

  /// Pixels for what this program writes of an image without a physical size, unless voxel sizes are asked for: no unit, no
  /// form in use, but the identity as affine and so a size of 1. Else millimetres: other programs leave out the unit only.
  func unit(of source: AffineSource, choice: ReadingChoices.AffineChoice = .automatic) -> LengthUnit {
    let isWithoutSize =
      form.layout != .analyze && choice == .automatic && source == .pixdim && fields.xyzt_units & 7 == 0
      && spacing == SIMD3(repeating: 1) && affine(of: .sform) == .identity
    return isWithoutSize ? .pixels : .millimetres
  }

  /// What a person should know of where the voxels stand, by the map of `source`.
  func notes(on source: AffineSource) -> [ScanNote] {
    if form.layout == .analyze { return [.sidesUnknown] }
    if fields.xyzt_units & 7 == 0, source == .pixdim || source == .none, unit(of: source) == .millimetres {
      return [.unitAssumed]
    }
    guard fields.sform_code > 0, fields.qform_code > 0, source == .sform || source == .qform else { return [] }
    let used = Grid(size: size, affine: affine(of: source), unit: .millimetres)
    let other = Grid(size: size, affine: affine(of: source == .sform ? .qform : .sform), unit: .millimetres)
    guard !used.isSameGrid(as: other), let displacement = used.displacement(to: other) else { return [] }
    guard used.orientation == other.orientation || other.affine.inverse == nil else {
      return [.orientationsDisagree(used: source, used.orientation, other: other.orientation)]
    }
    return [.affinesDisagree(displacement, used: source)]
  }

  /// A form that can be taken in place of one that cannot be inverted; nil where there is none.
  private func usableSource(other source: AffineSource) -> AffineSource? {
    guard form.layout != .analyze else { return nil }
    let candidates: [(AffineSource, Int32)] = [(.sform, fields.sform_code), (.qform, fields.qform_code)]
    let usable = candidates.first { candidate, code in
      let affine = affine(of: candidate)
      return candidate != source && code > 0 && affine.isFinite && affine.inverse?.isFinite == true
    }
    return usable?.0 ?? (source == .pixdim || source == .none ? nil : .pixdim)
  }

  private func affineSource(_ choice: ReadingChoices.AffineChoice) -> AffineSource {
    let sizes: AffineSource = pixelSizes.contains { $0 != 0 && $0.isFinite } ? .pixdim : .none
    switch choice {
    case _ where form.layout == .analyze: return .analyze
    case .automatic: return fields.sform_code > 0 ? .sform : fields.qform_code > 0 ? .qform : sizes
    case .sform: return .sform
    case .qform: return .qform
    case .pixdim: return sizes
    }
  }

  private func affine(of source: AffineSource) -> Affine {
    let map =
      switch source {
      case .sform: Affine(rows: withUnsafeBytes(of: fields.srow) { Array($0.bindMemory(to: Double.self)) })
      case .qform: qform
      case .analyze: analyzeMap
      default: Affine(scale: spacing)
      }
    return map.scaled(by: millimetresPerUnit)
  }

  /// Source: the convention of Analyze 7.5 (i towards the left), and SPM's origin in its `originator`, a voxel counted from
  /// 1, where it lies within a volume's length of the volume; else the middle of the volume lies at the world's origin.
  private var analyzeMap: Affine {
    let counts = SIMD3(Double(size.width), Double(size.height), Double(size.depth))
    let (x, y, z) = fields.originator
    let origin = SIMD3(Double(x), Double(y), Double(z))
    let isKnown = origin != .zero && (0..<3).allSatisfy { origin[$0] > -counts[$0] && origin[$0] < 2 * counts[$0] }
    var map = Affine(scale: spacing * SIMD3(-1, 1, 1))
    map.translation = SIMD3.zero - map.linear(isKnown ? origin - 1 : (counts - 1) / 2)
    return map
  }

  private var pixelSizes: [Double] {
    withUnsafeBytes(of: fields.pixdim) { Array($0.bindMemory(to: Double.self)[1...3]) }
  }

  private var spacing: SIMD3<Double> {
    let sizes = pixelSizes.map { $0 != 0 && $0.isFinite ? abs($0) : 1 }
    return SIMD3(sizes[0], sizes[1], sizes[2])
  }

  private var qform: Affine {
    var fields = fields
    (fields.pixdim.1, fields.pixdim.2, fields.pixdim.3) = (spacing.x, spacing.y, spacing.z)
    return fields.qformAffine
  }

  private var millimetresPerUnit: Double {
    // Analyze 7.5 has other things at the place of the units: its fields are 0 there.
    switch fields.xyzt_units & 7 {
    case 1: 1000
    case 3: 0.001
    default: 1
    }
  }
}

extension cnifti_fields {
  /// The map of the quaternion form.
  var qformAffine: Affine {
    var rows = [Double](repeating: 0, count: 12)
    withUnsafePointer(to: self) { cnifti_get_qform($0, &rows) }
    return Affine(rows: rows)
  }

  /// Sets the quaternion form and the voxel sizes to the rigid map nearest to an affine.
  mutating func setQForm(_ affine: Affine) { cnifti_set_qform(&self, affine.rows) }

  /// Sets the affine form.
  mutating func setSForm(_ affine: Affine) {
    withUnsafeMutableBytes(of: &srow) { $0.copyBytes(from: affine.rows.withUnsafeBytes { Array($0) }) }
  }
}

extension Affine {
  /// Makes a map from three rows of four numbers.
  init(rows: [Double]) {
    func column(_ axis: Int) -> SIMD3<Double> { SIMD3(rows[axis], rows[4 + axis], rows[8 + axis]) }
    self.init(i: column(0), j: column(1), k: column(2), translation: column(3))
  }

  /// Three rows of four numbers.
  var rows: [Double] {
    (0..<3).flatMap { [columns.i[$0], columns.j[$0], columns.k[$0], translation[$0]] }
  }

  fileprivate func scaled(by factor: Double) -> Affine {
    factor == 1 ? self : Affine(scale: SIMD3(repeating: factor)).after(self)
  }

  fileprivate var isFinite: Bool { rows.allSatisfy(\.isFinite) }

  fileprivate var rowsText: String {
    let rows = rows.map { "\($0)" }
    return stride(from: 0, to: 12, by: 4).map { "[" + rows[$0..<$0 + 4].joined(separator: " ") + "]" }
      .joined(separator: " ")
  }
}
