// Transposed convolutions whose stride is their kernel: each input pixel becomes a patch of the output.
#ifndef CK_TRANSPOSED_CONVOLUTION_H
#define CK_TRANSPOSED_CONVOLUTION_H

#include <stddef.h>

#include "ck_gradient.h"

// Shapes. Input: [batch, depth, height, width, channels]. Weights: [channels, stride_depth, stride_height,
// stride_width, filters]. Bias: [filters]. Output: [batch, depth * stride_depth, height * stride_height,
// width * stride_width, filters].
typedef struct {
  int batch, depth, height, width;
  int channels, filters;
  int stride_depth, stride_height, stride_width;
  int workers;
} ck_transposed_convolution;

size_t ck_transposed_convolution_forward_scratch(const ck_transposed_convolution *c);
size_t ck_transposed_convolution_backward_data_scratch(const ck_transposed_convolution *c);
size_t ck_transposed_convolution_backward_weights_scratch(const ck_transposed_convolution *c);

void ck_transposed_convolution_forward(
    const ck_transposed_convolution *c, const float *input, const float *weights, const float *bias, float *output,
    float *scratch);

void ck_transposed_convolution_backward_data(
    const ck_transposed_convolution *c, const float *output_gradient, const float *weights, ck_gradient input_gradient,
    float *scratch);

void ck_transposed_convolution_backward_weights(
    const ck_transposed_convolution *c, const float *input, const float *output_gradient, float *weights_gradient,
    float *bias_gradient, float *scratch);

#endif
