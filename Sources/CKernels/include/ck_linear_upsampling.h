// Bilinear and trilinear interpolation by 1 or 2; pixels are areas whose outer edges meet (align_corners = false).
#ifndef CK_LINEAR_UPSAMPLING_H
#define CK_LINEAR_UPSAMPLING_H

#include <stddef.h>

#include "ck_gradient.h"

// Shapes. Input: [batch, depth, height, width, channels]. Output: [batch, depth * factor_depth, height * factor_height,
// width * factor_width, channels]. Factors are 1 or 2.
typedef struct {
  int batch, depth, height, width, channels;
  int factor_depth, factor_height, factor_width;
  int workers;
} ck_linear_upsampling;

// What either pass needs, in floats.
size_t ck_linear_upsampling_scratch(const ck_linear_upsampling *c);

void ck_linear_upsampling_forward(const ck_linear_upsampling *c, const float *input, float *output, float *scratch);

void ck_linear_upsampling_backward(
    const ck_linear_upsampling *c, const float *output_gradient, ck_gradient input_gradient, float *scratch);

#endif
