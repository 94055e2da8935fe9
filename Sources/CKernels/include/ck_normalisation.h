// Normalisation of groups of pixels, affine, followed by a rectifier: of each image apart (instance normalisation) or of
// a whole batch as one group (batch normalisation).
#ifndef CK_NORMALISATION_H
#define CK_NORMALISATION_H

#include <stdbool.h>
#include <stddef.h>

// Shapes. Input and output: [groups, pixels, channels]; scale and shift: [channels]; statistics: [groups, 2, channels],
// the mean and the inverse standard deviation of each group's channel.
typedef struct {
  int groups, pixels, channels;
  float epsilon;
  int workers;
} ck_normalisation;

size_t ck_normalisation_scratch(const ck_normalisation *c);

// The output may be the input.
// output = max(0, scale * (input - mean) * inverse deviation + shift); writes the statistics. `moments` are those that the
// convolution has measured, of so many parts, or NULL.
void ck_normalisation_forward(
    const ck_normalisation *c, const float *input, const float *moments, int parts, const float *scale,
    const float *shift, float *statistics, float *output, float *scratch);

// The same with statistics that are given.
void ck_normalisation_apply(
    const ck_normalisation *c, const float *input, const float *scale, const float *shift, const float *statistics,
    float *output);

// Turns the output's gradient into the input's where it stands, and writes those of scale and shift. `are_given` tells
// that the statistics did not come from the input. The output is worked out anew.
void ck_normalisation_backward(
    const ck_normalisation *c, const float *input, const float *scale, const float *shift, const float *statistics,
    float *gradient, float *scale_gradient, float *shift_gradient, bool are_given, float *scratch);

#endif
