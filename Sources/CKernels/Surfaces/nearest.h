#ifndef NEAREST_H
#define NEAREST_H

#include "include/ck_masks.h"

// The distance, in voxels, from voxel i to the nearest bit of a row; infinite where the row has none.
double ck_row_distance(const uint64_t *row, const ck_mask_shape *s, int i);

#endif
