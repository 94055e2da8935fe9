// The sum of a block and its shortcut, and the rectifier behind it.
#ifndef CK_RESIDUAL_SUM_H
#define CK_RESIDUAL_SUM_H

#include <stddef.h>

#include "ck_gradient.h"

// `count` floats of each; what is below 0 is multiplied by the slope.
typedef struct {
  size_t count;
  float slope;
  int workers;
} ck_residual_sum;

void ck_residual_sum_forward(const ck_residual_sum *c, const float *a, const float *b, float *output);

// Writes the gradients of both summands.
void ck_residual_sum_backward(
    const ck_residual_sum *c, const float *output, const float *output_gradient, ck_gradient gradient_a,
    ck_gradient gradient_b);

#endif
