// Instance normalisation, affine, followed by a rectifier.
#ifndef CK_INSTANCE_NORMALISATION_H
#define CK_INSTANCE_NORMALISATION_H

#include <stddef.h>

// Shapes. Input and output: [batch, pixels, channels]; scale and shift: [channels]; statistics: [batch, 2, channels],
// the mean and the inverse standard deviation of each image's channel.
typedef struct {
  int batch, pixels, channels;
  float epsilon;
  int workers;
} ck_instance_normalisation;

size_t ck_instance_normalisation_scratch(const ck_instance_normalisation *c);

// output = max(0, scale * (input - mean) * inverse deviation + shift); writes the statistics.
void ck_instance_normalisation_forward(
    const ck_instance_normalisation *c, const float *input, const float *scale, const float *shift,
    float *statistics, float *output, float *scratch);

// Turns the output's gradient into the input's where it stands, and writes those of scale and shift.
void ck_instance_normalisation_backward(
    const ck_instance_normalisation *c, const float *input, const float *output, const float *scale,
    const float *statistics, float *gradient, float *scale_gradient, float *shift_gradient, float *scratch);

#endif
