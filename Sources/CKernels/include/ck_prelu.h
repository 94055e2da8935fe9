// The rectifier with a learnt slope for each channel: x, or slope * x below 0.
// Source: He et al., "Delving Deep into Rectifiers", ICCV 2015, equations 1 and 10.
#ifndef CK_PRELU_H
#define CK_PRELU_H

#include <stddef.h>

#include "ck_input.h"

// Shapes. Input and output: [images, pixels, channels]; slopes: [channels].
typedef struct {
  int images, pixels, channels;
  int workers;
} ck_prelu;

// What the backward pass needs, in floats.
size_t ck_prelu_backward_scratch(const ck_prelu *c);

// The input may have still to be normalised; its own slope is not read.
void ck_prelu_forward(const ck_prelu *c, ck_input input, const float *slopes, float *output);

// Turns the output's gradient into that of the (normalised) input in place, and writes that of the slopes, unless NULL.
// Sums run over blocks that the shape alone decides.
void ck_prelu_backward(
    const ck_prelu *c, ck_input input, const float *slopes, float *gradient, float *slopes_gradient, float *scratch);

#endif
