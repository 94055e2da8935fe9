// The pixels that each position of a convolution reads, gathered into rows (im2col).
#ifndef CK_PATCHES_H
#define CK_PATCHES_H

#include "include/ck_convolution.h"

// Along one axis, position p reads with tap t the source's pixel p * step + t - before, where that is inside.
typedef struct {
  int positions, pixels, taps, step, before;
} ck_patch_axis;

typedef struct {
  int batch;
  ck_patch_axis depth, height, width;
} ck_patches;

// Of the input, at each pixel of the output.
ck_patches ck_patches_of_input(const ck_convolution *c);

// The pixels of the input whose indices leave these remainders on division by the strides: the same taps
// read them. Together the phases have every tap once. See docs/architecture/fast-convolutions.md.
typedef struct {
  int depth, height, width;
} ck_phase;
static inline int ck_phases(const ck_convolution *c) { return c->stride_depth * c->stride_height * c->stride_width; }
ck_phase ck_phase_at(const ck_convolution *c, int index);
// Of the output, at each pixel of a phase of the input, for weights turned round; there may be no positions or no taps.
ck_patches ck_patches_of_output(const ck_convolution *c, ck_phase phase);
// The tap of the kernel that is tap `tap` of these patches.
int ck_kernel_tap(const ck_convolution *c, ck_phase phase, int tap);

static inline long ck_positions(const ck_patches *p) {
  return (long)p->batch * p->depth.positions * p->height.positions * p->width.positions;
}
static inline int ck_taps(const ck_patches *p) { return p->depth.taps * p->height.taps * p->width.taps; }

// Gathers the patches of the positions first..<first + count, [count][taps][all channels], of which the channels of
// `values` stand from `offset` on.
void ck_gather(
    const ck_patches *p, const float *values, int channels, int offset, int all_channels, long first, int count,
    float *patches);

// The same of one channel with the taps apart, [taps][stride]: neighbours are copied together.
void ck_gather_taps(
    const ck_patches *p, const float *values, long first, int count, long stride, float *taps);

#endif
