import CNIfTI
import Volumes

extension NIfTIHeader {
  /// Where the voxels stand, in millimetres: by the sform where its code is above 0, else the qform, else the voxel sizes.
  ///
  /// Units of metres and micrometres are converted; unknown ones are taken as millimetres. Voxel sizes that are 0 or not
  /// finite count as 1, negative ones as positive.
  /// - Throws: `ScanError.headerInvalid` where the map that the codes choose cannot be inverted.
  func affine(file: String) throws -> (affine: Affine, source: AffineSource) {
    let map: Affine
    let source: AffineSource
    if fields.sform_code > 0 {
      (map, source) = (Affine(rows: withUnsafeBytes(of: fields.srow) { Array($0.bindMemory(to: Double.self)) }), .sform)
    } else if fields.qform_code > 0 {
      (map, source) = (qform, .qform)
    } else {
      let known = pixelSizes.contains { $0 != 0 && $0.isFinite }
      (map, source) = (Affine(scale: spacing), known ? .pixdim : .none)
    }
    let scaled = map.scaled(by: millimetresPerUnit)
    guard scaled.isFinite, scaled.inverse?.isFinite == true else {
      throw ScanError.headerInvalid(
        file: file, field: source.rawValue, found: scaled.rowsText, expected: "a map that can be inverted")
    }
    return (scaled, source)
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
