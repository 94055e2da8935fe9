// Means and squared distances of parts of a tensor, measured apart and merged in double precision.
// Source of the merging: Chan, Golub and LeVeque, Updating Formulae, 1979.
#ifndef CK_MOMENTS_H
#define CK_MOMENTS_H

#include "blocks.h"

// A part lies within one image. It is followed by the mean of each channel, and by the sum of squared distances from
// it.
typedef struct {
  int image, pixels;
  float unused[14];
} ck_part;

CK_INLINE size_t ck_part_size(int channels) {
  return sizeof(ck_part) / sizeof(float) + ck_padded(2 * (size_t)channels);
}
CK_INLINE ck_part *ck_part_at(float *parts, int channels, long index) {
  return (ck_part *)(parts + index * ck_part_size(channels));
}
CK_INLINE float *ck_means(ck_part *part) { return (float *)(part + 1); }

// Where the mean of each channel is written, and `line` floats behind it the inverse standard deviation, a group every
// `group` floats.
typedef struct {
  float *mean;
  size_t group;
  int line;
} ck_statistics;

// A group is an image, or where there is one alone, all.
void ck_merge_moments(
    const float *parts, int count, int channels, int groups, float epsilon, ck_statistics statistics, int workers);

#endif
