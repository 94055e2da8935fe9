import Foundation
import Volumes

/// A drawn spatial transform: a plain value that can be printed, saved and replayed on any volume.
///
/// It says where the image's content goes, about the centre of the window that is sampled: zoomed, stretched and
/// sheared, then flipped, rotated and moved, then deformed. `SpatialMap` applies it.
/// Units: degrees, and the grid's unit of length.
public struct SpatialTransform: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Rotation, translation and flips.
  public var rigid: RigidTransform
  /// Zoom, stretch and shear.
  public var stretch: StretchTransform
  /// The smooth local deformation, if any.
  public var elastic: ElasticField?
  /// The local zoom, if any; its displacements and the deformation's add up.
  public var localZoom: LocalZoom?

  /// Makes a transform; without arguments, the identity.
  public init(
    rigid: RigidTransform = RigidTransform(), stretch: StretchTransform = StretchTransform(),
    elastic: ElasticField? = nil, localZoom: LocalZoom? = nil
  ) {
    self.rigid = rigid
    self.stretch = stretch
    self.elastic = elastic
    self.localZoom = localZoom
  }

  /// The transform that leaves every image as it is.
  public static let identity = SpatialTransform()

  /// Where the content goes but for the deformation, from the window's centre, in the grid's unit along its axes.
  public var affine: Affine { rigid.affine.after(stretch.affine) }

  /// The deformation and the local zoom together, for a window of a grid.
  func deformation(of window: Grid) -> ElasticField? {
    guard let localZoom else { return elastic }
    if let elastic { return elastic.adding(localZoom) }
    let axes = (0..<3).filter { window.size[$0] > 1 && localZoom.radius[$0].isFinite }
    guard axes.count >= 2 else { return nil }
    let spacing = localZoom.controlPointSpacing.replacing(with: SIMD3(1, 1, 1), where: localZoom.radius .== .infinity)
    return ElasticField(localZoom, over: ElasticLattice(covering: window, spacing: spacing, along: axes))
  }

  /// The transform with its deformation scaled back as far as a bound of its Jacobian and of its displacement ask.
  ///
  /// - Parameters:
  ///   - minimalJacobian: What the determinant of the deformation's Jacobian must not fall below anywhere.
  ///   - maximalDisplacement: What no point may move farther than, in the grid's unit.
  func restrained(minimalJacobian: Double, maximalDisplacement: Double?, on window: Grid) -> SpatialTransform {
    guard var field = deformation(of: window) else { return self }
    var factor = 1.0
    let largest = field.largestDisplacement
    if let limit = maximalDisplacement, largest > limit {
      factor = limit / largest
      field = field.scaled(by: factor)
    }
    factor *= FoldingGuard(field, minimum: minimalJacobian).largestFactor()
    guard factor < 1 else { return self }
    var transform = self
    transform.elastic = elastic?.scaled(by: factor, restrains: true)
    transform.localZoom = localZoom?.scaled(by: factor)
    return transform
  }

  /// The parts that do something, in a line.
  public var description: String {
    var parts: [String] = []
    if stretch.zoom != 1 { parts.append(String(format: "zoom %.3f", stretch.zoom)) }
    if stretch.stretch != SIMD3(repeating: 1) { parts.append("stretch " + Self.text(stretch.stretch, "%.3f")) }
    if stretch.shearDegrees != .zero { parts.append("shear \(Self.text(stretch.shearDegrees, "%.1f")) degrees") }
    if !rigid.flips.isEmpty { parts.append("flip " + rigid.flips.map(\.rawValue).joined(separator: ", ")) }
    if rigid.rotationDegrees != .zero { parts.append("rotate \(Self.text(rigid.rotationDegrees, "%.1f")) degrees") }
    if rigid.translation != .zero { parts.append("move " + Self.text(rigid.translation, "%.2f")) }
    if let localZoom {
      parts.append(String(format: "zoom %.3f about ", localZoom.factor) + Self.text(localZoom.centre, "%.1f"))
    }
    if let elastic {
      let count = elastic.controlPoints
      var part = "deform \(count.x)x\(count.y)x\(count.z) control points by up to "
      part += String(format: "%.2f", elastic.largestDisplacement)
      if elastic.restraint < 1 { part += String(format: ", scaled back to %.2f lest it fold", elastic.restraint) }
      parts.append(part)
    }
    return parts.isEmpty ? "identity" : parts.joined(separator: "; ")
  }

  private static func text(_ vector: SIMD3<Double>, _ format: String) -> String {
    "(" + [vector.x, vector.y, vector.z].map { String(format: format, $0) }.joined(separator: ", ") + ")"
  }
}
