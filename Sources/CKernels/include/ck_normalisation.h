// Normalisation of groups of pixels, affine, followed by a rectifier: of each image apart (instance normalisation; group
// normalisation, where several channels are normalised together) or of a whole batch as one group (batch normalisation).
#ifndef CK_NORMALISATION_H
#define CK_NORMALISATION_H

#include <stdbool.h>
#include <stddef.h>

// Shapes. Input and output: [groups, pixels, channels]; scale, shift and their gradients: [channels].
typedef struct {
  int groups, pixels, channels;
  // How many channels beside each other have one mean and one deviation; divides the channels.
  int channels_together;
  float epsilon;
  // Of the rectifier below 0: 0 cuts off, 1 leaves everything as it is.
  float slope;
  int workers;
} ck_normalisation;

// What a group's channels go through: (input - mean) * factor + shift, where factor = inverse * scale, and that times
// the slope below 0. Coefficients:
// [groups][mean, inverse standard deviation, factor, shift][channels, padded to a multiple of 16].
enum { CK_MEAN, CK_INVERSE, CK_FACTOR, CK_SHIFT, CK_COEFFICIENTS };

// The tensors of a normalisation. Each pass names those that it reads and writes; the others may be NULL.
typedef struct {
  const float *input;
  const float *scale, *shift;
  // Unless NULL, statistics that do not come from the input. [channels]
  const float *mean, *variance;
  // Unless NULL, what a convolution has measured of the input (moments.h), in so many blocks.
  const float *moments;
  int moment_blocks;
  float *coefficients;
  float *output;  // may be the input
  float *gradient, *scale_gradient, *shift_gradient;
} ck_normalisation_tensors;

// The floats of all coefficients, and from a group's means to its inverse deviations, factors and shifts.
size_t ck_normalisation_coefficients_size(const ck_normalisation *c);
int ck_normalisation_stride(int channels);

size_t ck_normalisation_scratch(const ck_normalisation *c);

// Writes the coefficients by scale, shift and the given statistics, or else those of the input or its moments.
void ck_normalisation_prepare(const ck_normalisation *c, const ck_normalisation_tensors *t, float *scratch);

// Writes the output by the input and the coefficients.
void ck_normalisation_apply(const ck_normalisation *c, const ck_normalisation_tensors *t);

// Turns the output's gradient into the input's in place, and writes those of scale and shift, by the input and the
// coefficients. The output is computed again.
void ck_normalisation_backward(const ck_normalisation *c, const ck_normalisation_tensors *t, float *scratch);

#endif
