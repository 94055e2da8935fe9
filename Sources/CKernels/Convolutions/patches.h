// The pixels that each position of a convolution reads, gathered into rows (im2col).
#ifndef CK_PATCHES_H
#define CK_PATCHES_H

#include "include/ck_convolution.h"

// Along one axis, position p reads with tap t the source's pixel (p * up + t - kernel / 2) / down, where that is whole
// and inside.
typedef struct {
  int positions, pixels, kernel, up, down;
} ck_axis;

typedef struct {
  int batch;
  ck_axis depth, height, width;
} ck_patches;

// Of the input, at each pixel of the output.
ck_patches ck_patches_of_input(const ck_convolution *c);
// Of the output, at each pixel of the input, for weights turned round.
ck_patches ck_patches_of_output(const ck_convolution *c);

static inline long ck_positions(const ck_patches *p) {
  return (long)p->batch * p->depth.positions * p->height.positions * p->width.positions;
}
static inline int ck_taps(const ck_patches *p) { return p->depth.kernel * p->height.kernel * p->width.kernel; }

// Gathers the patches of the positions first..<first + count, [count][taps][all channels], of which the channels of
// `values` stand from `offset` on.
void ck_gather(
    const ck_patches *p, const float *values, int channels, int offset, int all_channels, long first, int count,
    float *patches);

#endif
