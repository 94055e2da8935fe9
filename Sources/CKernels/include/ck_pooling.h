// Pooling over windows that do not overlap.
#ifndef CK_POOLING_H
#define CK_POOLING_H

#include "ck_gradient.h"

// Shapes. Input: [batch, depth * window_depth, height * window_height, width * window_width, channels]. Output: [batch,
// depth, height, width, channels].
typedef struct {
  int batch, depth, height, width, channels;
  int window_depth, window_height, window_width;
  int workers;
} ck_pooling;

// The maximum. Its gradient goes to the first maximum of each window.
void ck_max_pooling_forward(const ck_pooling *c, const float *input, float *output);
void ck_max_pooling_backward(
    const ck_pooling *c, const float *input, const float *output, const float *output_gradient,
    ck_gradient input_gradient);

// The mean. Each pixel of a window gets an equal share of the gradient.
void ck_mean_pooling_forward(const ck_pooling *c, const float *input, float *output);
void ck_mean_pooling_backward(const ck_pooling *c, const float *output_gradient, ck_gradient input_gradient);

#endif
