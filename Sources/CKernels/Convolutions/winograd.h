// Convolutions of 3x3 and 3x3x3 by Winograd's algorithm in height and width, summed over the taps in depth.
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

#include "../include/ck_convolution.h"

// Shapes. Inputs: [batch, depth, height, width, channels_a] and channels_b (0: none); outputs: the same of filters_a
// and filters_b (0: none). Weights: [kernel_depth, 3, 3, channels_a + channels_b, filters_a + filters_b].
typedef struct {
  int batch, depth, height, width;
  int channels_a, channels_b, filters_a, filters_b;
  int kernel_depth;  // 1 or 3
  int tile;          // 2 or 4
  int workers;
} ck_winograd;

typedef struct {
  float *values;  // NULL: left out
  bool adds;
  float *moments;  // NULL: none
} ck_winograd_output;

// The parts whose moments a forward pass measures.
int ck_winograd_parts(const ck_winograd *c);

// The transformed weights, in floats.
size_t ck_winograd_weights_size(const ck_winograd *c);
void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to);

// `prepared` are the same weights transformed, or NULL.
size_t ck_winograd_forward_scratch(const ck_winograd *c, bool is_prepared);
void ck_winograd_forward(
    const ck_winograd *c, ck_input a, ck_input b, const float *weights, const float *prepared, ck_epilogue epilogue,
    ck_winograd_output output_a, ck_winograd_output output_b, float *scratch);

// `gradient` is that of the output, of filters_a alone.
size_t ck_winograd_weights_gradient_scratch(const ck_winograd *c);
void ck_winograd_weights_gradient(
    const ck_winograd *c, ck_input a, ck_input b, const float *gradient, float *weights_gradient,
    float *scratch);

#endif
