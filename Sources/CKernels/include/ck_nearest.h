// The distances from the voxels of one mask to the nearest voxel of another.
#ifndef CK_NEAREST_H
#define CK_NEAREST_H

#include "ck_masks.h"

// A row of voxels as seen from a voxel: how many rows and planes away it is.
typedef struct {
  int32_t rows, planes;
  // Where along i the row comes nearest, in voxels from the voxel's own index; 0 where axes are at right angles.
  double shift;
  // The square of its distance there.
  double square;
} ck_row_step;

typedef struct {
  // In order of `square`.
  const ck_row_step *steps;
  size_t count;
  // No row that is left out is nearer than this (a square); INFINITY where none is left out.
  double reach;
  // The distance between neighbours along i.
  double spacing;
} ck_row_search;

// What ck_nearest_voxels says of a voxel that has no other within the reach.
#define CK_BEYOND_REACH (-1.0)

// For each voxel of `from` in the order of the bits: the square of the distance to the nearest voxel of `to`.
//
// Exact: rows are searched from the nearest on, until none can be nearer than what was found.
// Returns the number of voxels beyond the reach.
size_t ck_nearest_voxels(
    const ck_mask_shape *shape, const uint64_t *from, const uint64_t *to, const ck_row_search *search, double *squares);

// The same for the voxels whose square is CK_BEYOND_REACH, by a distance transform of the whole; axes are at right
// angles, and `spacing` is along i, j and k.
//
// The plane that holds the nearest voxel is found in single precision, the distance within it exactly.
// Scratch: ck_distance_scratch() bytes. Source: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled
// Functions", Theory of Computing 8, 2012, section 2.1 (lower envelope of parabolas).
void ck_distant_voxels(
    const ck_mask_shape *shape, const uint64_t *from, const uint64_t *to, const double spacing[3], void *scratch,
    double *squares);

size_t ck_distance_scratch(const ck_mask_shape *shape);

#endif
