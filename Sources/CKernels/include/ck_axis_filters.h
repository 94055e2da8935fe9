// Weighted sums along one axis of an image, in place.
#ifndef CK_AXIS_FILTERS_H
#define CK_AXIS_FILTERS_H

#include <stddef.h>

// The values have the shape [outer, count, inner], the axis in the middle.
typedef struct {
  float *values;
  long outer, count, inner;
  int workers;
} ck_axis;

// What all of them need, in floats.
size_t ck_axis_scratch(const ck_axis *a);

// Convolves with a symmetric kernel: weights[0] in its middle, weights[1...reach] on either side. Borders are mirrored,
// the outermost value not repeated.
void ck_blur_axis(const ck_axis *a, const float *weights, int reach, float *scratch);

// Value n becomes the sum of those of the indices pairs[n][2], times weights[n][2].
void ck_blend_axis(const ck_axis *a, const int *pairs, const float *weights, float *scratch);

// Convolves with a periodic kernel: value n becomes the sum over m of kernel[(n - m) modulo count] times value m.
// `kernel` is given twice over: [2 count].
void ck_convolve_axis(const ck_axis *a, const float *kernel, float *scratch);

#endif
