// Convolutions as matrix products of gathered pixels, for every kernel and stride: see include/ck_convolution.h.
#ifndef CK_DIRECT_H
#define CK_DIRECT_H

#include "include/ck_convolution.h"

size_t ck_direct_forward_scratch(const ck_convolution *c);
size_t ck_direct_backward_data_scratch(const ck_convolution *c);
size_t ck_direct_backward_weights_scratch(const ck_convolution *c);

void ck_direct_forward(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);
void ck_direct_backward_data(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);
// Without the gradient of the bias.
void ck_direct_backward_weights(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);

// [taps, channels, filters] -> [taps of all phases (patches.h), each in reverse, filters, channels]
void ck_turn_weights(const ck_convolution *c, const float *weights, float *turned);

#endif
