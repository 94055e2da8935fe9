// The centre lines of a mask.
#ifndef CK_THINNING_H
#define CK_THINNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Thins an object to lines of one voxel's width, which keep its tunnels and the ends of its branches.
//
// As in scikit-image and ImageJ, a small part of the object may go whole; of the whole object a voxel is left.
//
// Shape: `voxels` is [depth, height, width], 1 in the object and 0 elsewhere; the outermost layer of voxels along each
// axis is 0. Where `is_plane`, the object has one layer along the depth, and is thinned within it. `object` is the
// indices of the object's voxels in their order, and space for as many; both are changed.
// Returns the number of voxels that are left, the first ones of `object`.
// Source: Lee, Kashyap and Chu, "Building Skeleton Models via 3-D Medial Surface/Axis Thinning Algorithms", CVGIP:
// Graphical Models and Image Processing 56(6), 1994.
size_t ck_thin(uint8_t *voxels, int width, int height, bool is_plane, size_t *object, size_t count);

#endif
