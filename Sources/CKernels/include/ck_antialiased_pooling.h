// Anti-aliased maximum pooling: the maximum over windows of 2 at each pixel, then a blur by [1, 2, 1] / 4 along each axis,
// of which every second pixel is kept.
// Source: Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, section 3.2.
#ifndef CK_ANTIALIASED_POOLING_H
#define CK_ANTIALIASED_POOLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ck_gradient.h"

// Shapes. Input: [batch, depth, height, width, channels]; height, width and where it is halved the depth are even.
// Output: the same with halved extents. There are n - 1 maxima along an axis of n pixels; those beyond the ends that the
// blur reads are mirrored about the first and the last maximum, which are not repeated. A single maximum stays alone.
typedef struct {
  int batch, depth, height, width, channels;
  bool halves_depth;  // false: the depth stays
  int workers;
} ck_antialiased_pooling;

// The maxima of an input: as many bytes say which pixel of its window each is.
size_t ck_antialiased_pooling_maxima(const ck_antialiased_pooling *c);

// What either pass needs, in floats.
size_t ck_antialiased_pooling_scratch(const ck_antialiased_pooling *c);

// Writes the output and, unless NULL, which pixels are the maxima; of equal ones the first.
void ck_antialiased_pooling_forward(
    const ck_antialiased_pooling *c, const float *input, uint8_t *winners, float *output, float *scratch);

void ck_antialiased_pooling_backward(
    const ck_antialiased_pooling *c, const uint8_t *winners, const float *output_gradient, ck_gradient input_gradient,
    float *scratch);

#endif
