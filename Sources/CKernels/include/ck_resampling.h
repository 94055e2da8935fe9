// Resampling between grids whose axes run along each other's: weighted sums of a few samples along each axis in turn.
#ifndef CK_RESAMPLING_H
#define CK_RESAMPLING_H

#include <stdbool.h>
#include <stddef.h>

// Where the values along an axis of the target come from.
typedef struct {
  // The numbers of samples of the source and of the target.
  int source, target;
  // The samples an index of the target takes: 1 (as it is), 2, or 4 coefficients of a cubic B-spline.
  int width;
  // Whether target and source are the same samples.
  bool is_same;
  // [target][width]: samples of the source, and their weights.
  const int *indices;
  const float *weights;
} ck_axis_taps;

// Shapes. Target: [depth, height, width, channels], compact. Source: any order of the axes, channels last.
typedef struct {
  // Along the target's width, height and depth.
  ck_axis_taps axes[3];
  // How far apart, in floats, the source's samples are along these axes.
  long strides[3];
  int channels;
  // The planes of the target that are made at a time. The bits hold for any, but for those that a cubic B-spline along
  // the depth loses where it is cut off 14 samples from a slab, where a sample counts 1e-8 of its value.
  int slab;
  int workers;
} ck_resampling;

// Planes a slab, from the shape alone: some 16 MiB of them, at most 128 and, for a cubic B-spline, at least 32.
int ck_resampling_slab(const ck_resampling *r);

// What it needs, in floats: a slab, resampled along the depth, and a few lines for each worker.
size_t ck_resampling_scratch(const ck_resampling *r);

void ck_resample(const ck_resampling *r, const float *source, float *target, float *scratch);

// Where the samples along an axis lie: `count` of them, `stride` floats apart, for each of `inner` floats beside each other
// and of `outer` such, `outer_stride` floats apart.
typedef struct {
  long outer, outer_stride, count, stride, inner;
} ck_spline_axis;

// Turns samples into coefficients of the cubic B-spline along one axis, in place. Scratch: ck_spline_scratch floats.
void ck_spline_filter(float *values, const ck_spline_axis *axis, int workers, float *scratch);
size_t ck_spline_scratch(const ck_spline_axis *axis, int workers);

#endif
