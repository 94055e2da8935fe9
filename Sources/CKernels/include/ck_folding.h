// Whether a deformation folds: bounds of the determinant of its Jacobian.
#ifndef CK_FOLDING_H
#define CK_FOLDING_H

#include <stdbool.h>

// A displacement that is a cubic polynomial within each cell of a lattice.
typedef struct {
  // The Bézier points along each axis: 3 a cell and 1 at the end, or 1 along an axis along which nothing changes.
  int size[3];
  // [size[2]][size[1]][size[0]][4]: the displacement along x, y and z at each point; the fourth is not read.
  const double *points;
  // The length of a cell along each axis.
  double spacing[3];
} ck_bezier;

// Whether the determinant is known to stay at or above a bound everywhere in a cell, for the displacement times a factor.
//
// The derivatives lie between the smallest and the largest differences of the Bézier points, from which follows a
// sufficient bound; where that does not suffice, the cell is halved along each axis, so many times at the most, which
// brings the bound closer by the square of the cell's size.
// Source: Bézier points and halving: Farin, "Curves and Surfaces for CAGD", 5th ed., 2002, chapters 4 and 5.
bool ck_is_upright(const ck_bezier *bezier, const int cell[3], double factor, double minimum, int halvings);

#endif
