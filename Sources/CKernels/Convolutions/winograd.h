// Convolutions of 3x3 and 3x3x3 by Winograd's algorithm in height and width; in depth they are summed over the taps, or
// computed by F(2, 3).
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

#include "include/ck_convolution.h"

// Shapes. Inputs: [batch, depth, height, width, channels_a] and channels_b (0: none); outputs: the same of filters_a
// and filters_b (0: none). Weights: [kernel_depth, 3, 3, channels_a + channels_b, filters_a + filters_b].
typedef struct {
  int batch, depth, height, width;
  int channels_a, channels_b, filters_a, filters_b;
  int kernel_depth;  // 1 or 3
  int tile;          // 2 or 4
  int workers;
} ck_winograd;

// The tensors of a forward pass. Of an output whose values are NULL nothing is written.
typedef struct {
  ck_input inputs[2];
  const float *weights;
  const float *prepared;  // the same weights transformed, or NULL
  ck_epilogue epilogue;
  ck_gradient outputs[2];
  float *moments;  // of the first output; NULL: they are not measured
} ck_winograd_tensors;

// The blocks whose moments a forward pass measures.
int ck_winograd_moment_blocks(const ck_winograd *c);

// The transformed weights, in floats.
size_t ck_winograd_weights_size(const ck_winograd *c);
void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to);

size_t ck_winograd_forward_scratch(const ck_winograd *c, bool is_prepared);
void ck_winograd_forward(const ck_winograd *c, const ck_winograd_tensors *t, float *scratch);

// Of the convolution's tensors, the inputs, the gradient of the output (of filters_a alone) and that of the weights.
size_t ck_winograd_weights_gradient_scratch(const ck_winograd *c);
void ck_winograd_weights_gradient(const ck_winograd *c, const ck_convolution_tensors *t, float *scratch);

#endif
