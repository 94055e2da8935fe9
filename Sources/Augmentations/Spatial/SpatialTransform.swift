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
  /// The factor by which deformation and local zoom, were reduced to avoid folding or too large displacements.
  public var restraint = 1.0

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

  /// Whether it moves anything across the planes of i and j, so that it is for volumes.
  public var movesAcrossPlanes: Bool {
    rigid.rotationDegrees.x != 0 || rigid.rotationDegrees.y != 0 || rigid.translation.z != 0
      || elastic?.displacements.contains { $0.z != 0 } ?? false || localZoom?.radius.z.isFinite ?? false
  }

  /// Whether it contains lengths, which are in the unit of the grid that it was drawn for.
  public var hasLengths: Bool { rigid.translation != .zero || elastic != nil || localZoom != nil }

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
  ///   - window: The grid to be sampled onto.
  public func restrained(
    minimalJacobian: Double, maximalDisplacement: Double? = nil, on window: Grid
  ) -> SpatialTransform {
    guard let field = deformation(of: window) else { return self }
    let largest = field.largestDisplacement
    let reach = maximalDisplacement.map { largest > $0 ? $0 / largest : 1 } ?? 1
    let factor = reach * field.scaled(by: reach).largestFactor(keepingJacobian: minimalJacobian)
    guard factor < 1 else { return self }
    var transform = self
    transform.elastic = elastic?.scaled(by: factor)
    transform.localZoom = localZoom?.scaled(by: factor)
    transform.restraint *= factor
    return transform
  }

  /// The same transform, but for its flips less strong: every angle, length and displacement so many times as large,
  /// every factor to that power.
  ///
  /// - Parameter share: 0 for flips alone, 1 for all of it.
  public func weakened(to share: Double) -> SpatialTransform {
    var weak = self
    weak.rigid.rotationDegrees *= share
    weak.rigid.translation *= share
    weak.stretch.zoom = pow(stretch.zoom, share)
    for axis in 0..<3 { weak.stretch.stretch[axis] = pow(stretch.stretch[axis], share) }
    weak.stretch.shearDegrees *= share
    weak.elastic = elastic?.scaled(by: share)
    weak.localZoom = localZoom?.scaled(by: share)
    return weak
  }

  /// The parts that do something, in a line.
  public var description: String {
    var parts: [String] = []
    if stretch.zoom != 1 { parts.append(String(format: "zoom %.3f", stretch.zoom)) }
    let axes = GridAxis.allCases.map(\.rawValue)
    let stretches = Self.text(axes, stretch.stretch, "%.3f", but: 1)
    if !stretches.isEmpty { parts.append("stretch " + stretches) }
    let shears = Self.text(["j to i", "k to i", "k to j"], stretch.shearDegrees, "%.1f", but: 0)
    if !shears.isEmpty { parts.append("shear \(shears) degrees") }
    if !rigid.flips.isEmpty { parts.append("flip " + rigid.flips.map(\.rawValue).joined(separator: ", ")) }
    let angles = Self.text(axes, rigid.rotationDegrees, "%.1f", but: 0)
    if !angles.isEmpty { parts.append("rotate \(angles) degrees") }
    let moves = Self.text(axes, rigid.translation, "%.2f", but: 0)
    if !moves.isEmpty { parts.append("translate " + moves) }
    if let localZoom {
      let centre = localZoom.centre
      parts.append(
        String(format: "zoom %.3f about (%.1f, %.1f, %.1f)", localZoom.factor, centre.x, centre.y, centre.z))
    }
    if let elastic {
      let count = elastic.controlPoints
      parts.append(
        String(format: "elastic %.2f", elastic.largestDisplacement) + " (\(count.x)x\(count.y)x\(count.z))")
    }
    if restraint < 1 { parts.append(String(format: "deformation reduced to %.2f", restraint)) }
    return parts.isEmpty ? "identity" : parts.joined(separator: "; ")
  }

  /// The components that do something, each behind its name.
  private static func text(_ names: [String], _ vector: SIMD3<Double>, _ format: String, but neutral: Double) -> String
  {
    (0..<3).filter { vector[$0] != neutral }.map { names[$0] + " " + String(format: format, vector[$0]) }
      .joined(separator: ", ")
  }
}
