// Convolutions of odd kernels with zero padding of half a kernel.
#ifndef CK_CONVOLUTION_H
#define CK_CONVOLUTION_H

#include <stdbool.h>
#include <stddef.h>

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

// What the algorithm makes of the weights alone, in floats; 0: nothing.
size_t ck_convolution_prepared_size(const ck_convolution *c);
void ck_convolution_prepare(const ck_convolution *c, const float *weights, float *prepared);

// An input, and unless NULL, the lines of the normalisation that it has still to go through (ck_normalisation.h),
// `group` floats an image (0: the same for all), with the slope of the rectifier behind it. Winograd's algorithm alone
// does that.
typedef struct {
  const float *values, *lines;
  long group;
  float slope;
} ck_input;

bool ck_convolution_normalises(const ck_convolution *c);

// What the three passes need, in floats; a forward pass with prepared weights needs less.
size_t ck_convolution_forward_scratch(const ck_convolution *c, bool is_prepared);
size_t ck_convolution_backward_data_scratch(const ck_convolution *c);
size_t ck_convolution_backward_weights_scratch(const ck_convolution *c);

// The parts whose moments a forward pass can measure on the way, and the floats they take; 0: none.
int ck_convolution_parts(const ck_convolution *c);
size_t ck_convolution_moments_size(const ck_convolution *c);

// `prepared` are the same weights prepared, or NULL; `moments` are those of the output without an epilogue, or NULL.
void ck_convolution_forward(
    const ck_convolution *c, ck_input input_a, ck_input input_b, const float *weights, const float *prepared,
    ck_epilogue epilogue, float *output, float *moments, float *scratch);

// Writes the gradients of the inputs; NULL leaves one out, `adds` adds to what is there.
void ck_convolution_backward_data(
    const ck_convolution *c, const float *output_gradient, const float *weights, float *gradient_a, bool adds_a,
    float *gradient_b, bool adds_b, float *scratch);

// Writes the gradients of the weights and, unless NULL, of the bias. Sums run over blocks that the shape alone decides
// and meet in a fixed tree: the same bits for any number of workers.
void ck_convolution_backward_weights(
    const ck_convolution *c, ck_input input_a, ck_input input_b, const float *output_gradient,
    float *weights_gradient, float *bias_gradient, float *scratch);

#endif
