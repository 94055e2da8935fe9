// Masks of one bit a voxel: a box cut out of a label map, its boundary voxels, and the corners that its surface touches.
#ifndef CK_MASKS_H
#define CK_MASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Shape: [depth, height, words] of 64 bits; bit i % 64 of word i / 64 is voxel i of a row. Bits beyond the width are 0.
//
// The outermost layer of voxels along each axis that counts is 0 in a mask of a class.
typedef struct {
  int width, height, depth;
  // The words of a row: (width + 63) / 64.
  int words;
} ck_mask_shape;

// Which voxels of a label map become a mask.
typedef struct {
  // The size of the label map.
  int width, height;
  // The voxel of the label map at the mask's voxel (0, 0, 0); may be -1.
  int origin[3];
  // The voxels that are read, as indices of the mask; others are 0.
  int lower[3], upper[3];
} ck_mask_source;

// Sets the bits of the voxels with this label.
void ck_mask_pack(
    const ck_mask_shape *shape, const ck_mask_source *source, const uint8_t *labels, uint8_t label, uint64_t *mask);

// The voxels of a mask with a face neighbour outside it that is not ignored.
//
// `ignored` may be NULL. Where `is_plane`, neighbours along the depth do not count.
void ck_mask_boundary(
    const ck_mask_shape *shape, const uint64_t *mask, const uint64_t *ignored, bool is_plane, uint64_t *boundary);

// The corners that touch both voxels of the mask and others: bit i of row j of plane k is the corner between the voxels
// i and i + 1, j and j + 1, k and k + 1 (where `is_plane`: of plane k alone). Corners at ignored voxels are left out.
void ck_mask_corners(
    const ck_mask_shape *shape, const uint64_t *mask, const uint64_t *ignored, bool is_plane, uint64_t *corners);

// For each corner in the order of the bits, which of its voxels are in the mask: bit 4 dk + 2 dj + di of the code.
void ck_mask_codes(
    const ck_mask_shape *shape, const uint64_t *mask, const uint64_t *corners, bool is_plane, uint8_t *codes);

// The number of bits that are set.
size_t ck_mask_count(const ck_mask_shape *shape, const uint64_t *mask);

#endif
