import Volumes

extension ElasticField {
  /// The field and a local zoom together, over a lattice fine enough for both.
  func adding(_ zoom: LocalZoom) -> ElasticField {
    let refined = refined(to: zoom.controlPointSpacing)
    let of = Self(zoom, over: refined.lattice)
    return ElasticField(refined.lattice, zip(refined.displacements, of.displacements).map { $0 + $1 })
  }

  /// The spline through a local zoom at every control point within the window.
  init(_ zoom: LocalZoom, over lattice: ElasticLattice) {
    var inner = lattice.controlPoints
    for axis in lattice.axes { inner[axis] -= 2 }
    var values: [SIMD3<Double>] = []
    values.reserveCapacity(inner.x * inner.y * inner.z)
    for k in 0..<inner.z {
      for j in 0..<inner.y {
        for i in 0..<inner.x {
          var point = SIMD3(i, j, k)
          for axis in lattice.axes { point[axis] += 1 }
          values.append(zoom.displacement(at: lattice.position(of: point)))
        }
      }
    }
    var array = ControlPointArray(inner, values)
    for axis in lattice.axes { array.interpolate(along: axis) }
    self.init(lattice, array.values)
  }

  /// The same field over a lattice halved until its cells are no longer than stated.
  private func refined(to spacing: SIMD3<Double>) -> ElasticField {
    var (array, own) = (ControlPointArray(controlPoints, displacements), self.spacing)
    for axis in lattice.axes {
      while own[axis] > spacing[axis] {
        array.refine(along: axis)
        own[axis] /= 2
      }
    }
    return ElasticField(ElasticLattice(array.size, own), array.values)
  }
}
