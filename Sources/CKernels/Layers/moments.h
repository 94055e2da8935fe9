// Means and squared distances of blocks of pixels, measured apart and merged in double precision.
// Source of the merging: Chan, Golub and LeVeque, Updating Formulae, 1979.
#ifndef CK_MOMENTS_H
#define CK_MOMENTS_H

#include "blocks.h"

// Of a block of pixels within one image. They are followed by the mean of each channel, and by the sum of squared
// distances from it.
typedef struct {
  int image, pixels;
  float unused[14];
} ck_moments;

CK_INLINE size_t ck_moments_size(int channels) {
  return sizeof(ck_moments) / sizeof(float) + ck_padded(2 * (size_t)channels);
}
CK_INLINE ck_moments *ck_moments_at(float *moments, int channels, long index) {
  return (ck_moments *)(moments + index * ck_moments_size(channels));
}
CK_INLINE float *ck_means(ck_moments *moments) { return (float *)(moments + 1); }

// Moments that are merged to those of groups: of images, or where there is one group alone, of all. Of each channel the
// mean is written, and `stride` floats behind it the inverse standard deviation, a group every `group_stride` floats.
// `channels_together` channels beside each other have one of each.
typedef struct {
  const float *moments;
  int blocks, channels, groups, channels_together;
  float epsilon;
  float *means;
  size_t group_stride;
  int stride;
} ck_moments_merge;

void ck_merge_moments(const ck_moments_merge *merge, int workers);

#endif
