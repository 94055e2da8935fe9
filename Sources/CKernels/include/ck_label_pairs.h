// What two label maps have in common, counted in one pass: how often each pair of labels occurs, and where each label is.
#ifndef CK_LABEL_PAIRS_H
#define CK_LABEL_PAIRS_H

#include <stdint.h>

// Where the voxels of a label are; the box of a label without voxels has a lower corner beyond its upper one.
typedef struct {
  // The first index along i, j and k, and the last one.
  int32_t lower[3], upper[3];
  // The sums of the indices.
  int64_t sum[3];
} ck_label_place;

// Shape: the label maps are [depth, height, width].
typedef struct {
  int width, height, depth;
  const uint8_t *reference, *prediction;
  // [256][256]: the number of voxels of each label of the reference (row) and of the prediction (column).
  int64_t *pairs;
  // [256] each, without the voxels that the reference ignores (CK_IGNORED_LABEL).
  ck_label_place *reference_places, *prediction_places;
} ck_label_pairs;

// Fills `pairs` and both `places`.
void ck_count_label_pairs(const ck_label_pairs *p);

#endif
