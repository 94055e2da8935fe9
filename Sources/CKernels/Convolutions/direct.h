// Convolutions as matrix products of gathered pixels, for every kernel and stride: see include/ck_convolution.h.
#ifndef CK_DIRECT_H
#define CK_DIRECT_H

#include "../include/ck_convolution.h"

size_t ck_direct_forward_scratch(const ck_convolution *c);
size_t ck_direct_backward_data_scratch(const ck_convolution *c);
size_t ck_direct_backward_weights_scratch(const ck_convolution *c);

void ck_direct_forward(
    const ck_convolution *c, const float *input_a, const float *input_b, const float *weights,
    ck_epilogue epilogue, float *output, float *scratch);

void ck_direct_backward_data(
    const ck_convolution *c, const float *output_gradient, const float *weights, float *gradient_a, bool adds_a,
    float *gradient_b, bool adds_b, float *scratch);

void ck_direct_backward_weights(
    const ck_convolution *c, const float *input_a, const float *input_b, const float *output_gradient,
    float *weights_gradient, float *scratch);

// [taps, channels, filters] -> [taps in reverse, filters, channels]
void ck_turn_weights(const ck_convolution *c, const float *weights, float *turned);

#endif
