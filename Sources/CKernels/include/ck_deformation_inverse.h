// The inverse of a deformation: the point that it moves to a target.
#ifndef CK_DEFORMATION_INVERSE_H
#define CK_DEFORMATION_INVERSE_H

// A deformation of points v, in voxels: v moves by a cubic B-spline about the centre, whose value at the rim goes on beyond.
typedef struct {
  // The control points along each axis: at least 4, or 1 along an axis along which nothing changes.
  int lattice[3];
  // [lattice[2]][lattice[1]][lattice[0]][4]: the displacement along x, y and z, in the unit of the spacings; the fourth is
  // not read.
  const double *displacements;
  // The distance between voxels, and between control points.
  double voxel[3], cell[3];
  // The voxel in the lattice's middle.
  double centre[3];
} ck_deformation;

// Finds the point that moves to `target`, by Newton's method, to 1e-6 voxels where the deformation does not fold; `point` is
// where the search begins, and its end.
void ck_invert_deformation(const ck_deformation *d, const double target[3], double point[3]);

// The same for all voxels (x, y, z) of an output: the targets are start + x steps[0] + y steps[1] + z steps[2].
// points: [3][size[2]][size[1]][size[0]].
void ck_invert_deformation_on_grid(
    const ck_deformation *d, const int size[3], const double start[3], const double steps[3][3], int workers,
    float *points);

#endif
