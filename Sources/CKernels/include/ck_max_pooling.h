// Maximum pooling over windows that do not overlap.
#ifndef CK_MAX_POOLING_H
#define CK_MAX_POOLING_H

#include "ck_gradient.h"

// Shapes. Input: [batch, depth * window_depth, height * window_height, width * window_width, channels]. Output: [batch,
// depth, height, width, channels].
typedef struct {
  int batch, depth, height, width, channels;
  int window_depth, window_height, window_width;
  int workers;
} ck_max_pooling;

void ck_max_pooling_forward(const ck_max_pooling *c, const float *input, float *output);

// The gradient goes to the first maximum of each window.
void ck_max_pooling_backward(
    const ck_max_pooling *c, const float *input, const float *output, const float *output_gradient,
    ck_gradient input_gradient);

#endif
