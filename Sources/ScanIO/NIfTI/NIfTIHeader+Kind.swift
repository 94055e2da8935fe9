import Foundation

extension NIfTIHeader {
  /// The kind of a NIfTI file that is not a scan of voxels, by its intent and its name; nil for a scan.
  ///
  /// Source: the intent codes of nifti1.h, and those from 3000 on of CIFTI-2.
  func kindWithoutVoxels(fileName: String) -> String? {
    guard form.layout != .analyze else { return nil }
    if (3000...3099).contains(fields.intent_code) { return Self.cifti }
    if let other = Self.intents[fields.intent_code] { return other }
    let parts = fileName.lowercased().split(separator: ".")
    // CIFTI keeps four dimensions of 1 before its own.
    let isFlat = sizes.count > 4 && sizes.prefix(4).allSatisfy { $0 == 1 }
    return isFlat && parts.contains(where: { Self.ciftiNames.contains(String($0)) }) ? Self.cifti : nil
  }

  /// What messages call a CIFTI file.
  static let cifti = "values of surface points and brain structures (CIFTI)"
  /// The code of the extension that describes them.
  static let ciftiExtension: Int32 = 32

  private static let intents: [Int32: String] = [
    1008: "a set of points (NIfTI intent 1008)", 1009: "the triangles of a surface (NIfTI intent 1009)",
    2002: "indices of surface points (NIfTI intent 2002)",
    2007: "coefficients of a spline (NIfTI intent 2007)",
    2008: "coefficients of a cosine transform (NIfTI intent 2008)",
    2009: "coefficients of a spline (NIfTI intent 2009)",
  ]

  private static let ciftiNames: Set<String> = [
    "dtseries", "dscalar", "dlabel", "dconn", "dfan", "dfibersamp", "dpconn", "ptseries", "pscalar", "plabel", "pconn",
    "pdconn", "pconnseries", "pconnscalar",
  ]
}
