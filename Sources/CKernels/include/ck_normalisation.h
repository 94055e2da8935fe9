// Normalisation of groups of pixels, affine, followed by a rectifier: of each image apart (instance normalisation) or
// of a whole batch as one group (batch normalisation).
#ifndef CK_NORMALISATION_H
#define CK_NORMALISATION_H

#include <stdbool.h>
#include <stddef.h>

// Shapes. Input and output: [groups, pixels, channels]; scale, shift and their gradients: [channels].
typedef struct {
  int groups, pixels, channels;
  float epsilon;
  // Of the rectifier below 0: 0 cuts off, 1 leaves everything as it is.
  float slope;
  int workers;
} ck_normalisation;

// What a group's channels go through: (input - mean) * factor + shift, where factor = inverse * scale, and that times
// the slope below 0. Lines:
// [groups][mean, inverse standard deviation, factor, shift][channels, padded to a multiple of 16].
enum { CK_MEAN, CK_INVERSE, CK_FACTOR, CK_SHIFT, CK_LINES };

// The floats of all lines, and of one.
size_t ck_normalisation_lines_size(const ck_normalisation *c);
int ck_normalisation_line(int channels);

size_t ck_normalisation_scratch(const ck_normalisation *c);

// Writes the lines by the input's statistics. `moments` are those that the convolution has measured, of so many parts,
// or NULL.
void ck_normalisation_measure(
    const ck_normalisation *c, const float *input, const float *moments, int parts, const float *scale,
    const float *shift, float *lines, float *scratch);

// Writes the lines by statistics that are given, for every group.
void ck_normalisation_take(
    const ck_normalisation *c, const float *mean, const float *variance, const float *scale, const float *shift,
    float *lines);

// The output may be the input.
void ck_normalisation_apply(const ck_normalisation *c, const float *input, const float *lines, float *output);

// Turns the output's gradient into the input's in place, and writes those of scale and shift. `are_given` tells
// that the statistics did not come from the input. The output is computed again.
void ck_normalisation_backward(
    const ck_normalisation *c, const float *input, const float *lines, float *gradient, float *scale_gradient,
    float *shift_gradient, bool are_given, float *scratch);

#endif
