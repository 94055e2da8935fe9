// Convolutions of odd kernels with zero padding of half a kernel.
#ifndef CK_CONVOLUTION_H
#define CK_CONVOLUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "ck_gradient.h"
#include "ck_input.h"

// How a convolution is computed. Winograd's algorithm serves kernels of 3x3 and 3x3x3 of stride 1 alone, with tiles of
// 2x2 (errors as those of the direct way) or 4x4 outputs (fewer multiplications, errors some ten times as large).
typedef enum { CK_AUTOMATIC, CK_DIRECT, CK_WINOGRAD_2, CK_WINOGRAD_4 } ck_algorithm;

// What becomes of each filter's output: scale * output + shift, and if wished that times `slope` below 0; NULL: 1 and
// 0. [filters] each.
typedef struct {
  const float *scale, *shift;
  bool rectifies;
  float slope;
} ck_epilogue;

// Shapes. Input: [batch, depth, height, width, channels_a], and a second one of channels_b (0: none), read as one
// tensor of channels_a + channels_b. Weights: [kernel_depth, kernel_height, kernel_width, channels_a + channels_b,
// filters]. Output: [batch, depth, height, width, filters], the extents divided by the strides and rounded up.
typedef struct {
  int batch, depth, height, width;
  int channels_a, channels_b, filters;
  int kernel_depth, kernel_height, kernel_width;
  int stride_depth, stride_height, stride_width;
  int workers;
  ck_algorithm algorithm;
} ck_convolution;

// The tensors of a convolution. Each pass names those that it reads and writes; the others may be NULL.
typedef struct {
  ck_input input_a, input_b;
  const float *weights;
  const float *prepared;  // the same weights prepared; NULL: the pass prepares them
  ck_epilogue epilogue;
  float *output;
  float *moments;  // of the output without an epilogue (moments.h); NULL: they are not measured
  const float *output_gradient;
  ck_gradient gradient_a, gradient_b;
  float *weights_gradient;
  float *bias_gradient;  // NULL: there is no bias
} ck_convolution_tensors;

// What the algorithm makes of the weights alone, in floats; 0: nothing.
size_t ck_convolution_prepared_size(const ck_convolution *c);
void ck_convolution_prepare(const ck_convolution *c, const float *weights, float *prepared);

// Whether it can read inputs that have still to be normalised.
bool ck_convolution_normalises(const ck_convolution *c);

// What the three passes need, in floats; a forward pass with prepared weights needs less.
size_t ck_convolution_forward_scratch(const ck_convolution *c, bool is_prepared);
size_t ck_convolution_backward_data_scratch(const ck_convolution *c);
size_t ck_convolution_backward_weights_scratch(const ck_convolution *c);

// The blocks of pixels whose moments a forward pass can measure on the way, and the floats they take; 0: none.
int ck_convolution_moment_blocks(const ck_convolution *c);
size_t ck_convolution_moments_size(const ck_convolution *c);

// Reads the inputs, weights, prepared and epilogue; writes output and moments.
void ck_convolution_forward(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);

// Reads output_gradient and weights; writes gradient_a and gradient_b.
void ck_convolution_backward_data(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);

// Reads the inputs and output_gradient; writes weights_gradient and bias_gradient. Sums run over blocks that the shape
// alone decides and meet in a fixed tree: the same bits for any number of workers.
void ck_convolution_backward_weights(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch);

#endif
